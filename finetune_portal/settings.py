"""All settings, in one file; each that an operator may change is an environment variable (README.md lists them)."""

from __future__ import annotations

from pathlib import Path

from finetune_portal import environment, secrets

BASE_DIR = Path(__file__).resolve().parent.parent
PORTAL_DATA_DIR = environment.folder("PORTAL_DATA_DIR", BASE_DIR / "var")

HOST = environment.text("HOST", "127.0.0.1")
PORT = environment.whole("PORT", 8000, least=0, most=65535)

DEBUG = False
SECRET_KEY = environment.text("SECRET_KEY") or secrets.load(PORTAL_DATA_DIR, "secret-key")
PORTAL_ENCRYPTION_KEYS = environment.fernet_keys("PORTAL_ENCRYPTION_KEYS") or [
    secrets.load(PORTAL_DATA_DIR, "encryption-key")
]
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

# The service. Without a key the portal talks to the sandbox that `manage.py portal` starts.
DASHSCOPE_API_KEY = environment.api_key("DASHSCOPE_API_KEY")
DASHSCOPE_BASE_URL = environment.service_url("DASHSCOPE_BASE_URL", "https://dashscope.aliyuncs.com/api/v1")
PORTAL_SANDBOX_TIME_SCALE = environment.positive("PORTAL_SANDBOX_TIME_SCALE", 1.0)
PORTAL_SANDBOX_URL = environment.text("PORTAL_SANDBOX_URL")  # set by `manage.py portal` for the programs it starts

PORTAL_MAX_FILE_BYTES = environment.whole("PORTAL_MAX_FILE_BYTES", 300 * 1024 * 1024, least=1024)
PORTAL_MAX_BODY_BYTES = 5 * 1024 * 1024  # of a request, but for the one form that takes whole files
PORTAL_MAX_UPLOADS = environment.whole("PORTAL_MAX_UPLOADS", 20, least=1)  # a person's, that are not whole yet
PORTAL_MAX_LINE_BYTES = environment.whole("PORTAL_MAX_LINE_BYTES", 16 * 1024 * 1024, least=1024)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "django_htmx",
    "template_partials",
    "finetune_portal",
    "teams",
    "datasets",
    "jobs",
]

MIDDLEWARE = [
    "finetune_portal.security.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "finetune_portal.viewer.ViewerMiddleware",
    "finetune_portal.errors.MethodMiddleware",
]

ROOT_URLCONF = "finetune_portal.urls"
WSGI_APPLICATION = "finetune_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django.templatetags.tz",
                "finetune_portal.templatetags.portal",
            ],
        },
    },
]

DATABASES = {"default": environment.database("DATABASE_URL", f"sqlite:///{PORTAL_DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a writer waits for its turn at the start of its transaction; with SQLite's own DEFERRED it fails in
    # the middle of it, "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PORTAL_DATA_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "finetune_portal.static.StaticStorage"},
}
STATIC_URL = "static/"
STATIC_ROOT = PORTAL_DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# A slice of an upload stays in memory; what is larger goes to the disk that it will stay on.
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = PORTAL_MAX_BODY_BYTES
FILE_UPLOAD_TEMP_DIR = PORTAL_DATA_DIR / "tmp"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True, mode=0o700)

AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = 4 * 3600  # of a link to set a new password, which an admin hands over at once

# Sign-in by name and password: no sign-up, no e-mail. Who joins has a link (teams/invitations.py).
ACCOUNT_ADAPTER = "teams.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "teams.forms.sign_in.SignInForm", "change_password": "teams.forms.sign_in.ChangePasswordForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "30/m/ip,5/5m/key", "change_password": "5/m/user"}

# The cache counts attempts to sign in. It is a table of the database: shared by all processes and hosts, and there
# whenever a password can be checked at all. In Redis it would be lost with each flush, and sign-in with each outage.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

# Behind a proxy with TLS the portal's own addresses are named as https, and its cookies then never leave it.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(CSRF_TRUSTED_ORIGINS) and all(
    origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS
)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "finetune_portal.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

REDIS_URL = environment.redis_url("REDIS_URL")  # `manage.py portal` sets it to the embedded server for its programs
CELERY_BROKER_URL = environment.broker_url(REDIS_URL)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True

CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # go on for ever: the embedded server may be away for a while
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # a click never waits for the broker: the sweep finds what it wrote
CELERY_TASK_ROUTES = {"files.*": {"queue": "files"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SOFT_TIME_LIMIT = 3000
CELERY_BROKER_CONNECTION_TIMEOUT = 5
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,  # longer than any task: what is older was lost with its worker, and is only a hint
    "socket_timeout": 10,  # kombu asks anew each second, so a server that is silent for longer has frozen
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 25,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # A page that is not there or not allowed is the visitor's affair.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},  # the page says what to do
    },
}
