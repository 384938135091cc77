# Lotse: the two commands are `make up` and `make test`; the rest is for developers.
# Each makes its environment by itself, visibly and once; versions are pinned in constraints.txt.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_FLAGS := --disable-pip-version-check --no-input
SYNAPSE := .venv-synapse
AIOGRAM := .venv-aiogram
MATRIX_JS := .venv-matrix-js
OIDC := .venv-oidc
RADICALE := .venv-radicale
SHELL := /bin/bash

.PHONY: up test check bench test-kill synapse aiogram matrix-js oidc radicale clean

up: $(VENV)/.run
	@exec $(BIN)/lotse up

test: $(VENV)/.dev synapse aiogram matrix-js oidc radicale
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n auto --maxprocesses=4 --dist loadfile $(PYTEST_ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/lotse content check --as-of 2026-11-24

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

test-kill: $(VENV)/.dev synapse
	LOTSE_TEST_KILLS=full $(BIN)/python -m pytest -m kill tests/kill $(PYTEST_ARGS)

$(VENV)/bin/python:
	@echo "Making the environment in $(VENV) (once, a minute or two) ..."
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing the pinned packages ..."
	$(BIN)/python -m pip install $(PIP_FLAGS) -q -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing the pinned packages with those for tests ..."
	$(BIN)/python -m pip install $(PIP_FLAGS) -q -c constraints.txt -e '.[dev]'
	@touch $(VENV)/.run $@

# Synapse, aiogram and Radicale pin other versions of shared packages, matrix-js-sdk and oidc-provider are no
# Python: each lives in an environment of its own.
synapse: $(SYNAPSE)/.done
aiogram: $(AIOGRAM)/.done
matrix-js: $(MATRIX_JS)/.done
oidc: $(OIDC)/.done
radicale: $(RADICALE)/.done

$(SYNAPSE)/.done: tests/emulators/synapse-requirements.txt
	@echo "Making the environment of the Matrix homeserver for tests (once) ..."
	$(PYTHON) -m venv $(SYNAPSE)
	$(SYNAPSE)/bin/python -m pip install $(PIP_FLAGS) -q -r $<
	@touch $@

$(AIOGRAM)/.done: tests/emulators/aiogram-requirements.txt
	@echo "Making the environment of the second Telegram client for tests (once) ..."
	$(PYTHON) -m venv $(AIOGRAM)
	$(AIOGRAM)/bin/python -m pip install $(PIP_FLAGS) -q -r $<
	@touch $@

$(RADICALE)/.done: tests/emulators/radicale-requirements.txt
	@echo "Making the environment of the calendar server for tests (once) ..."
	$(PYTHON) -m venv $(RADICALE)
	$(RADICALE)/bin/python -m pip install $(PIP_FLAGS) -q -r $<
	@touch $@

$(MATRIX_JS)/.done: tests/emulators/matrix-js/package.json
	@echo "Making the environment of the second Matrix client for tests (once) ..."
	@mkdir -p $(@D) && cp $< $(@D)/
	@npm install --prefix $(@D) --no-audit --no-fund --no-package-lock --silent && touch $@ \
		|| echo "npm is missing or failed: the test with the second Matrix client is skipped"

$(OIDC)/.done: tests/emulators/oidc/package.json
	@echo "Making the environment of the sign-in service for tests (once) ..."
	@mkdir -p $(@D) && cp $< $(@D)/
	@npm install --prefix $(@D) --no-audit --no-fund --no-package-lock --silent && touch $@ \
		|| echo "npm is missing or failed: the tests with the sign-in service are skipped"

clean:
	rm -rf $(VENV) $(SYNAPSE) $(AIOGRAM) $(MATRIX_JS) $(OIDC) $(RADICALE) build *.egg-info
