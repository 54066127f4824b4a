# `make` lists the targets. On a fresh machine Python 3.11 or later, git and make are enough.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
PYTEST_ARGS ?= -n auto
MUTANTS ?= 30
SEED ?= 1

.DEFAULT_GOAL := help
.PHONY: help example templates issued formats office-bundle office-test pictures pilot-lines schemas test test-long lint bench mutation comparisons docs wheel-test clean distclean

help:
	@echo "make example     account the five pilot counties and divide a pool; two workbooks in out/"
	@echo "make templates   the data-entry workbooks of templates/xlsx, written anew"
	@echo "make issued      freeze a book of each kind as this release writes it, in tests/issued; once, when a release is made"
	@echo "make pictures    the screens of docs/pictures that chromium makes, taken anew"
	@echo "make schemas     the JSON Schemas of results, written anew into docs/schemas"
	@echo "make test        the tests, without those that take long (PYTEST_ARGS='-k water' narrows them)"
	@echo "make test-long   all tests: long properties, and LibreOffice as the second witness"
	@echo "make lint        ruff check, ruff format --check, mypy --strict"
	@echo "make bench       the benchmarks"
	@echo "make mutation    put faults into the code one by one and list those that no test notices (MUTANTS=60 SEED=1; hours)"
	@echo "make comparisons write the comparison tables of the published accounts into their READMEs, and docs/published-payments.md"
	@echo "make docs        the site of the documentation, out/docs/index.html; it needs no network"
	@echo "make office-bundle zips of the desk for office PCs without network, in dist/office (PLATFORM=linux-x86_64 for one)"
	@echo "make office-test build the zip for this machine and open the desk from it"
	@echo "make wheel-test  build the wheel, install it elsewhere, run it there"
	@echo "make clean       remove what the targets wrote; make distclean removes .venv too"
	@echo "PYTHON=python3.12 chooses the Python that .venv is made with (3.11 or later)"

$(INSTALLED): requirements-dev.lock pyproject.toml
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "qhgep needs Python 3.11 or later; '$(PYTHON)' is older or missing." \
	      "Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }; \
	  echo "Making .venv with $$($(PYTHON) --version) ..."; \
	  $(PYTHON) -m venv .venv || { \
	    echo "Python could not make .venv; on Debian: apt install python3-venv, then make distclean" >&2; exit 1; }; }
	@echo "Installing the versions of requirements-dev.lock into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check --disable-pip-version-check >/dev/null || $(BIN)/python -m pip check
	@touch $@

example: $(INSTALLED)
	@mkdir -p out
	@echo "Accounting the pilot counties (examples/pilot/account.toml) ..."
	@$(BIN)/qhgep account examples/pilot/account.toml -o out/pilot-account.xlsx
	@echo "Dividing the pool (examples/pilot/plan.toml) ..."
	@$(BIN)/qhgep allocate examples/pilot/plan.toml -o out/pilot-plan.xlsx
	@echo "Done: out/pilot-account.xlsx and out/pilot-plan.xlsx"

templates: $(INSTALLED)
	@$(BIN)/python scripts/build_templates.py

issued: $(INSTALLED)
	@$(BIN)/python -m scripts.issued

formats: $(INSTALLED)
	@$(BIN)/python -m scripts.formats

pilot-lines: $(INSTALLED)
	@$(BIN)/python -m scripts.pilot_lines

pictures: $(INSTALLED)
	@$(BIN)/python -m scripts.pictures

schemas: $(INSTALLED)
	@$(BIN)/python -m scripts.schemas

test: $(INSTALLED)
	@$(BIN)/python -m pytest $(PYTEST_ARGS) -m "not long and not libreoffice"

# With QHGEP_REQUIRE_LIBREOFFICE=1 nothing is left out: without soffice those tests fail.
test-long: $(INSTALLED)
	@if [ "$$QHGEP_REQUIRE_LIBREOFFICE" = 1 ] || command -v soffice >/dev/null; then \
	  $(BIN)/python -m pytest $(PYTEST_ARGS); \
	else \
	  echo "soffice is not on PATH: the tests marked libreoffice are left out; formualizer alone recalculates the workbooks."; \
	  $(BIN)/python -m pytest $(PYTEST_ARGS) -m "not libreoffice"; \
	fi

lint: $(INSTALLED)
	@echo "ruff check ..." && $(BIN)/ruff check .
	@echo "ruff format --check ..." && $(BIN)/ruff format --check .
	@echo "mypy --strict qhgep ..." && $(BIN)/mypy --strict qhgep

bench: $(INSTALLED)
	@$(BIN)/python -m benchmarks

mutation: $(INSTALLED)
	@$(BIN)/python -m scripts.mutation $(MUTANTS) $(SEED)

comparisons: $(INSTALLED)
	@$(BIN)/python -m scripts.comparisons
	@$(BIN)/python -m scripts.payments

docs: $(INSTALLED)
	@echo "Building the documentation ..."
	@$(BIN)/python -m scripts.docs_site
	@echo "Done: out/docs/index.html"

office-bundle: $(INSTALLED)
	@$(BIN)/python -m scripts.office_bundle $(PLATFORM)

office-test: $(INSTALLED)
	@timeout 600 scripts/office_test.sh

wheel-test: $(INSTALLED)
	@scripts/wheel_test.sh

clean:
	rm -rf out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean
	rm -rf .venv
