# Everything the project does, in words of one syllable or two: `make help` lists them.
# Plain POSIX make: works with GNU make and BSD make.

PYTHON ?= python3
UV ?= uv
VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --quiet --disable-pip-version-check
READY = $(VENV)/.ready
READY_TESTS = $(VENV)/.ready-tests
REPORTED = output/.reported
LOCK = pip compile pyproject.toml --universal --python-version 3.11 --no-header \
	--no-emit-index-url --quiet

.PHONY: help setup report test lint lock sample bench clean

help:
	@echo "make setup    make the environment in $(VENV) (PYTHON=python3.12 chooses another Python)"
	@echo "make report   make the weekly report and the meeting brief of the sample company"
	@echo "make test     lint, check types, run all tests with coverage"
	@echo "make lint     check style and types only"
	@echo "make lock     pin all packages anew (needs uv)"
	@echo "make sample   write the sample company's data anew"
	@echo "make bench    the kit beside its peers, in one table (BENCH=... gives options)"
	@echo "make clean    remove the environment and caches; reports stay"

setup: $(READY)

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python " \
		+ sys.version.split()[0] + " is too old; make PYTHON=... with 3.11 or later")'
	@echo "Setting up $(VENV): a minute or two, the first time only"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install -r requirements.txt
	@$(PIP) install --no-deps --editable .
	@touch $(READY)

$(READY_TESTS): $(READY) tests/requirements.txt
	@echo "Adding what the tests need"
	@$(PIP) install -r requirements.txt -r tests/requirements.txt
	@touch $(READY_TESTS)

# The record of the last run lists its files. The reports are up to date while all of them exist
# and nothing that they are made from is newer.
report: $(READY)
	@if test -f $(REPORTED) \
		&& sed -n 's/^  \(.*[^ ]\)  *[0-9.]* [kM]*B$$/\1/p' $(REPORTED) \
			| while IFS= read -r file; do test -f "$$file" || exit 1; done \
		&& test -z "$$(find $(READY) notebooks templates src data/sample -type f \
			! -name '*.pyc' -newer $(REPORTED) | head -n 1)"; \
	then echo "The reports are up to date:"; \
	else $(BIN)/marsale run weekly brief --data sample > $(REPORTED).new \
		&& mv $(REPORTED).new $(REPORTED); \
	fi
	@cat $(REPORTED)

lint: $(READY_TESTS)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: lint
	@$(BIN)/python -m pytest --cov -n auto --dist loadfile

lock:
	@$(UV) $(LOCK) --upgrade --output-file requirements.txt > /dev/null
	@$(UV) $(LOCK) --upgrade --extra test --no-annotate --constraint requirements.txt \
		--output-file $(VENV)/all.txt > /dev/null
	@grep -vxFf requirements.txt $(VENV)/all.txt > tests/requirements.txt

sample: $(READY)
	@$(BIN)/marsale sample data/sample

bench: $(READY)
	@$(BIN)/python benchmarks/ratios.py $(BENCH)

clean:
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage dist build
	@find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
