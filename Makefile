# Two commands matter: `make demo` and `make test`. Each builds what it needs.
PYTHON ?= python3.11
BIN := .venv/bin
TESTBIN := .venv-test/bin
PIP_FLAGS := --quiet --disable-pip-version-check --no-input

.PHONY: calibration demo test check lint types layers unit validate docs wheel clean

demo: .venv
	$(BIN)/papilio demo -o demo-report

# Run-time dependencies only, as wheels: enough for `papilio run` and for every benchmark.
.venv: .venv/.complete
.venv/.complete: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install $(PIP_FLAGS) --constraint constraints.txt --only-binary :all: --editable .
	touch $@

# Linters, type checker, test tools: an environment of its own.
.venv-test/.complete: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-test
	$(TESTBIN)/pip install $(PIP_FLAGS) --constraint constraints.txt --only-binary :all: --editable '.[test]'
	touch $@

test: lint types layers unit

# The quick part, for people.
check: lint types layers

lint: .venv-test/.complete
	$(TESTBIN)/ruff format --check .
	$(TESTBIN)/ruff check .

types: .venv-test/.complete
	$(TESTBIN)/mypy

layers: .venv-test/.complete
	$(TESTBIN)/lint-imports

unit: .venv-test/.complete
	$(TESTBIN)/pytest -n 2 -m "not validate"

# What takes minutes: long statistical checks and the full mutation run of the readers.
validate: .venv-test/.complete
	$(TESTBIN)/pytest -n 2 -m validate

# The tables of docs/study.md and the schema beside it, from the code.
docs: .venv-test/.complete
	$(TESTBIN)/python docs/update.py

wheel: .venv-test/.complete
	$(TESTBIN)/pip wheel $(PIP_FLAGS) --no-deps --wheel-dir dist .

# Bias and coverage of every reported quantity over thousands of synthetic laboratories: 25 minutes.
calibration: .venv
	$(BIN)/python benchmarks/calibration.py --remake

clean:
	rm -rf .venv .venv-test dist demo-report .mypy_cache .ruff_cache .pytest_cache
