.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export UPLIFT_ENV ?= demo
# Servers and tests share the cores already: threads of linear algebra would only wait for each other.
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: help run test lint format bench lock

help: ## List what make can do
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

run: $(VENV)/.run ## Install, migrate, load content and demo data, serve on 127.0.0.1:8000 (PORT=… for another)
	$(BIN)/flask --app wsgi prepare
	exec $(BIN)/gunicorn wsgi:app

test: $(VENV)/.dev ## Install and run every test
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(VENV)/.dev ## Style, types, import directions, content, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	UPLIFT_ENV=test $(BIN)/flask --app wsgi content check
	$(BIN)/python -m pytest -q tests/test_migrations.py -k agree

format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## Measure the hot pages beside a bare Flask page, the import of a million responses, pages over five million, answers at once
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.responses
	$(BIN)/python -m tests.bench.scale
	$(BIN)/python -m tests.bench.voice

lock: $(VENV)/.dev ## Pin the requirements anew from pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra dev -o requirements-dev.txt pyproject.toml
