# One entry for everything; `make help` lists the targets.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
DATA_DIR ?= var
PUBLIC_BASE_URL ?= http://127.0.0.1:$(PORT)
export DATA_DIR PUBLIC_BASE_URL
SOURCES := villages/data/chuxiong_divisions.csv villages/data/aliases.csv $(shell find home/sample -type f)

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench bench-search lock messages clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

$(VENV)/.base: requirements/base.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.lock
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.lock requirements/axe.lock
	@echo "Installing what tests and linting need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/axe.lock
	@touch $@

setup: $(VENV)/.base ## make the environment (.venv) with the locked dependencies

$(DATA_DIR)/.prepared: $(VENV)/.base $(SOURCES)
	@mkdir -p $(DATA_DIR)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) prepare_site
	@$(MANAGE) import_divisions villages/data/chuxiong_divisions.csv
	@$(MANAGE) load_sample
	@$(MANAGE) update_index --verbosity 0
	@touch $@

run: $(DATA_DIR)/.prepared ## serve the site with divisions and sample content on this machine
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) accounts
	@$(MANAGE) work & worker=$$!; trap 'kill $$worker 2>/dev/null' EXIT INT TERM; \
	$(MANAGE) runserver --noreload 127.0.0.1:$(PORT)

test: $(VENV)/.dev ## install what tests need and run all of them
	@.ci/system-packages
	@$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.dev ## style, layers, templates, migrations, settings, known vulnerabilities
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@PYTHONPATH=.:site $(BIN)/lint-imports --no-cache
	@$(BIN)/djhtml --check site/templates
	@$(BIN)/curlylint site/templates
	@DJANGO_SETTINGS_MODULE=config.settings.test $(MANAGE) makemigrations --check --dry-run
	@DJANGO_SETTINGS_MODULE=config.settings.test $(MANAGE) check
	@$(BIN)/python requirements/audit.py

$(VENV)/.bench: $(VENV)/.dev requirements/bench.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.lock
	@touch $@

bench: $(VENV)/.bench ## personal data and unlawful clauses missed, false alarms; pages, parsing, import; bench-search
	@PYTHONPATH=.:site $(BIN)/python tests/safety/labelled.py
	@PYTHONPATH=.:site $(BIN)/python tests/covenants/legality/labelled.py
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python tests/benchmarks/run.py
	@$(BIN)/python tests/benchmarks/importing.py
	@$(BIN)/python -m tests.benchmarks.hints
	@$(BIN)/python -m tests.benchmarks.rights $(RIGHTS_PAGES)
	@$(BIN)/python -m tests.benchmarks.search --wsgi
	@$(BIN)/python -m tests.benchmarks.search

bench-search: $(VENV)/.bench ## search beside tantivy, FTS5 and Whoosh; ARGS="--quick", "44000", "--wsgi"
	@$(BIN)/python -m tests.benchmarks.search $(ARGS)

lock: $(VENV)/.dev ## renew requirements/*.lock from requirements/*.in
	@$(BIN)/python -m pip install --quiet uv
	@cd requirements && for name in base dev bench; do \
	../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header $$name.in -o $$name.lock; done
	@cd requirements && ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --no-deps axe.in -o axe.lock

messages: $(VENV)/.base ## renew the English catalogue (needs GNU gettext)
	@$(MANAGE) makemessages --locale en --no-obsolete --no-wrap --add-location file \
	--ignore .venv --ignore tests --ignore var --ignore home/sample
	@$(MANAGE) compilemessages --locale en --locale zh_Hans --ignore .venv --verbosity 0

clean: ## delete the environment and all local data
	@rm -rf $(VENV) var
