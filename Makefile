# make run    set everything up and open the app on a fresh copy of the practice workspace;
#             with no terminal attached, repair the copy headless and print what happens
# make test   set everything up and run the tests (make test PYTEST_ARGS="-k diff" for some)
# make test-train  install torch too (some gigabytes) and run the tests of the model and of the training
# make test-model  the short part of that: what holds of the model and of the trainer
# make check  what CI runs beside the tests: lint, format-check, types, contracts, schemas
# make help   all targets
#
# PYTHON=…    the Python to build on (3.11 or later; found by itself otherwise)
# VENV=…      where the virtual environment lives (.venv)
# PRACTICE=…  where the practice copy lives (build/practice); it is made anew each time

VENV ?= .venv
PRACTICE ?= build/practice
PYTEST_ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run practice test test-train test-model lint format format-check types contracts schemas check wheel clean

help:
	@echo 'make run           open the app on a fresh practice workspace (headless without a terminal)'
	@echo 'make practice      only make the practice workspace, in $(PRACTICE)'
	@echo 'make test          run the tests; PYTEST_ARGS="-m '"'not slow'"'" leaves the slow ones out'
	@echo 'make test-train    install torch too (some gigabytes) and test the model and the training'
	@echo 'make test-model    the short part of that: what holds of the model and of the trainer'
	@echo 'make check         lint, format-check, types, contracts, schemas'
	@echo 'make format        let ruff format the code'
	@echo 'make wheel         build dist/*.whl'
	@echo 'make clean         remove the virtual environment, build/, dist/ and caches'

run: practice
	@if [ -t 0 ] && [ -t 1 ]; then \
		exec $(BIN)/rusta-tui $(PRACTICE); \
	else \
		echo 'no terminal attached: repairing the practice workspace headless'; \
		exec $(BIN)/rusta fix $(PRACTICE) --all --approve auto; \
	fi

practice: $(VENV)/.installed
	@rm -rf $(PRACTICE)
	@mkdir -p $(dir $(PRACTICE))
	@$(BIN)/rusta practice $(PRACTICE)

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(PYTEST_ARGS)

test-train: $(VENV)/.installed-train
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/model tests/train $(PYTEST_ARGS)

test-model: $(VENV)/.installed-train
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/model tests/train/test_trainer.py $(PYTEST_ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

format-check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

contracts: $(VENV)/.installed-dev
	$(BIN)/lint-imports --no-logo

schemas: $(VENV)/.installed-dev
	$(BIN)/python -m engine.schema.export --check

check: lint format-check types contracts schemas

wheel: $(VENV)/.installed-dev
	$(BIN)/python -m hatchling build -t wheel

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# pip reads the person's own configuration (index, proxy, certificates); nothing here overrides it.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-train: pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --editable '.[dev,train]'
	@touch $@ $(VENV)/.installed-dev $(VENV)/.installed

$(BIN)/python:
	@for candidate in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14 python); do \
		if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "making $(VENV) with $$("$$candidate" --version)"; \
			exec "$$candidate" -m venv --clear $(VENV); \
		fi; \
	done; \
	echo 'Rusta needs Python 3.11 or later with venv: install it (python.org, or apt install python3 python3-venv),' >&2; \
	echo 'or name one: make PYTHON=/path/to/python3.12' >&2; \
	exit 1
