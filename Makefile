# `make help` lists what can be done.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Tests see none of the operator's services, unless they are named on make's own command line.
CLEAN_ENV := env -u DASHSCOPE_API_KEY -u DASHSCOPE_BASE_URL -u DATABASE_URL -u REDIS_URL \
  $(if $(filter command%,$(origin DATABASE_URL)),DATABASE_URL='$(DATABASE_URL)') \
  $(if $(filter command%,$(origin REDIS_URL)),REDIS_URL='$(REDIS_URL)')

PYTEST := $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder
POSTGRES ?= postgres://postgres@127.0.0.1:5432/test

.DEFAULT_GOAL := help
.PHONY: help install serve demo test test-postgres test-deep lint format messages screenshot sdk-envs bench lock

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

install: $(VENV)/run ## make .venv and install what the portal needs

serve: install ## run the portal, with all that it needs, until Ctrl-C
	@$(BIN)/python manage.py portal

demo: install ## the same, with a demo team in it
	@$(BIN)/python manage.py portal --demo

test: $(VENV)/dev ## run all tests but the deep ones (ARGS= for pytest, as in ARGS="-k quota")
	@$(CLEAN_ENV) $(PYTEST) -m "not deep" $(ARGS)

test-postgres: $(VENV)/dev ## run on PostgreSQL the tests that ask for a database (POSTGRES=postgres://… for another)
	@$(CLEAN_ENV) DATABASE_URL='$(POSTGRES)' $(PYTEST) -m "database and not deep and not browser" $(ARGS)

test-deep: $(VENV)/dev ## run the tests that take long
	@$(CLEAN_ENV) $(BIN)/python -m pytest -q -m deep $(ARGS)

lint: $(VENV)/dev ## check style, types, imports, templates, migrations and translations
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint templates --lint --quiet
	@$(CLEAN_ENV) $(BIN)/python manage.py makemigrations --check --dry-run
	@$(CLEAN_ENV) $(BIN)/python manage.py check_catalogs

format: $(VENV)/dev ## put code into its form
	@$(BIN)/ruff check -q --fix .
	@$(BIN)/ruff format -q .

messages: $(VENV)/dev ## take new texts into the translations (needs GNU gettext)
	@$(BIN)/python manage.py update_catalogs

screenshot: $(VENV)/dev ## draw the README's picture of the board anew
	@$(CLEAN_ENV) $(BIN)/python -m docs.screenshot

sdk-envs: $(VENV)/dev ## make the environments of the official SDKs, for the conformance tests
	@$(BIN)/python -m tests.conformance.environments

bench: $(VENV)/dev ## measure; fails if a figure is short of its bar (ONLY=name for one)
	@$(CLEAN_ENV) $(BIN)/python -m benchmarks $(ONLY)

# Each stamp holds while its lock file does. uv is the faster way; pip does as well.
$(VENV)/run: requirements/run.txt requirements/uv.txt | $(VENV)/bin/python
	@echo "Installing what the portal needs into $(VENV) ..."
	@$(call sync,run)

$(VENV)/dev: requirements/dev.txt requirements/uv.txt | $(VENV)/bin/python
	@echo "Installing what its checks need into $(VENV) ..."
	@$(call sync,dev)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Finetune Portal needs Python 3.11 or newer.")'
	@$(PYTHON) -m venv $(VENV)

sync = { $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt \
  && $(BIN)/uv pip install -q --require-hashes -r requirements/$(1).txt; } \
  || $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/$(1).txt \
  && $(BIN)/python manage.py compile_catalogs && touch $(VENV)/$(1)

lock: ## pin every dependency anew (needs the package registry)
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --group dev pyproject.toml -o requirements/dev.txt
	for version in 1.14.0 2.0.2; do echo "dashscope==$$version" | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 - -o requirements/sdk-$$version.txt; done
	echo uv | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 - -o requirements/uv.txt
