# Two commands matter: `make demo` and `make test`. Each builds what it needs.
PYTHON ?= python3.11
BIN := .venv/bin
TESTBIN := .venv-test/bin
PIP_FLAGS := --quiet --disable-pip-version-check --no-input

.PHONY: calibration demo test check lint types layers unit validate docs wheel clean dft-engine test-dft

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
	$(TESTBIN)/pytest -n 2 -m "not validate and not engine"

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

# GPAW for `papilio dft`, built from source in an environment of its own. The Debian packages are
# needed by this part alone.
DFT_PACKAGES := g++ libxc-dev libopenblas-dev libfftw3-dev libopenmpi-dev openmpi-bin \
	libscalapack-openmpi-dev
SUDO := $(shell test "$$(id -u)" = 0 || echo sudo)

dft-engine: .venv-dft/.complete
.venv-dft/.complete: engines/requirements.txt engines/gpaw_siteconfig.py
	dpkg -s $(DFT_PACKAGES) >/dev/null 2>&1 || \
		{ $(SUDO) apt-get update && $(SUDO) apt-get install --yes --no-install-recommends $(DFT_PACKAGES); }
	$(PYTHON) -m venv .venv-dft
# Without the cache: a wheel of GPAW that was built before may lack MPI.
	GPAW_CONFIG=$(CURDIR)/engines/gpaw_siteconfig.py .venv-dft/bin/pip install $(PIP_FLAGS) \
		--no-cache-dir --constraint constraints.txt --requirement engines/requirements.txt
	.venv-dft/bin/python -c "from gpaw import cgpaw; assert cgpaw.have_mpi, 'GPAW lacks MPI'"
	touch $@

# The engine for real, on small cells: minutes.
test-dft: .venv-test/.complete .venv-dft/.complete
	$(TESTBIN)/pytest -m engine tests/dft

clean:
	rm -rf .venv .venv-test dist demo-report .mypy_cache .ruff_cache .pytest_cache
