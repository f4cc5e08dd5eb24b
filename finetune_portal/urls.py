"""All addresses, by app."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("teams.urls")),
    path("", include("datasets.urls")),
    path("", include("jobs.urls")),
    path("", include("finetune_portal.own_urls")),
    path("admin/", admin.site.urls),
]
