# Fairway's two commands are `make run` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3.11
VENV ?= .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
INSTALLED := $(VENV)/.installed
TESTED := $(VENV)/.installed-tests

.PHONY: help run install test lint types messages features drills bench-intake bench-models bench-recommend clean packages

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: $(INSTALLED) ## install what is missing and start everything on this machine
	@exec $(PY) manage.py up

install: $(INSTALLED) ## create .venv, install the pinned requirements, compile everything (for servers)
	@$(PY) -m compileall -q -j 0 $(VENV)/lib portal partners training predictions >/dev/null || true
	@$(PY) -m portal.catalogues

test: packages $(TESTED) lint types ## lint, types, contracts, migrations, then the tests in every lane that can run here
	@$(PY) -m portal.catalogues
	@$(PY) -W ignore manage.py makemigrations --check --dry-run
	@$(PY) tests/lanes.py

lint: $(TESTED) ## ruff and the storey contracts
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/lint-imports --no-logo

types: $(TESTED) ## mypy
	@$(VENV)/bin/mypy

messages: $(TESTED) ## collect the texts to translate, and compile the translations
	@command -v xgettext >/dev/null || { echo "make messages needs gettext: apt-get install gettext"; exit 1; }
	@$(PY) manage.py makemessages --locale zh_Hans --no-wrap --no-location --ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*'
	@$(PY) -m portal.catalogues

features: $(TESTED) ## write docs/features.md from the catalogue of features
	@$(PY) -m training.ml.features.page docs/features.md

drills: packages $(TESTED) ## the long checks: kills, floods and bombs in large numbers (an hour or more)
	@FAIRWAY_DRILLS=1 $(PY) -m pytest tests/drills

bench-intake: $(TESTED) ## what taking files in costs, beside bare DuckDB (half an hour; nothing is asserted)
	@$(PY) -m tests.bench.intake $(BENCH)

bench-models: $(TESTED) ## what the models for churn, propensity and value achieve, beside their peers (an hour; nothing is asserted)
	@$(PIP) install --no-compile -r tests/bench/requirements.txt
	@$(PY) -m tests.bench.models --out docs/measurements.md $(BENCH)

bench-recommend: $(TESTED) ## what the recommendation engine achieves, beside its peers (an hour and a half; nothing is asserted)
	@$(PY) -W ignore -m tests.bench.recommend --out docs/measurements.md $(BENCH)

clean: ## remove .venv and caches; your data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

# A machine may have python3.11 without its venv or pip packages: then the interpreter's own pip fills the environment.
$(PY):
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Fairway needs Python 3.11, and there is no $(PYTHON) here."; \
	  echo "Debian or Ubuntu: apt-get install python3.11 python3.11-venv. Elsewhere: make run PYTHON=/path/to/python3.11"; exit 1; }
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv $(VENV); \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	  $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --quiet --python $(VENV)/bin/python install pip; \
	else echo "This Python has neither venv nor pip. Debian or Ubuntu: apt-get install python3.11-venv"; exit 1; fi

# Modules are compiled when they are first imported: most of what is installed never is, and it halves the wait.
$(INSTALLED): requirements.txt | $(PY)
	@echo "Installing what requirements.txt pins (a few minutes the first time) …"
	@$(PIP) install --no-compile -r requirements.txt
	@touch $@

$(TESTED): $(INSTALLED) tests/requirements.txt
	@$(PIP) install --no-compile -r requirements.txt -r tests/requirements.txt
	@touch $@

# Chromium for the browser tests, gettext for the translation tests and OpenSSH for those of SFTP pulls, where this user may install packages.
packages:
	@missing=(); \
	command -v chromium >/dev/null || missing+=(chromium); \
	command -v msgfmt >/dev/null || missing+=(gettext); \
	command -v ssh >/dev/null || missing+=(openssh-client); \
	PATH="$$PATH:/usr/sbin" command -v sshd >/dev/null || missing+=(openssh-server); \
	ldconfig -p 2>/dev/null | grep -q libgomp.so.1 || missing+=(libgomp1); \
	if [ $${#missing[@]} -eq 0 ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing from the system's packages: $${missing[*]}"; \
	  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}" >/dev/null; then exit 0; fi; \
	fi; \
	echo "##"; echo "## MISSING: $${missing[*]}. The tests that need them will be SKIPPED."; \
	echo "## To run them too: sudo apt-get install $${missing[*]}"; echo "##"
