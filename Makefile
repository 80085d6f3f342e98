# Every target does the set-up it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# napari's labels start numba's threads, whose number becomes that of torch in the same process: sums round otherwise
ONE_THREAD := OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1
# tests of one file stay together; more windows and workers at once than that starve each other
SPREAD := -n auto --maxprocesses=4 --dist loadfile

.PHONY: help setup system run demo check test fast bench screenshots clean

help:
	@echo "make demo    the main job on a simulated sample; pictures and files in demo-output/"
	@echo "make test    all set-up, checks and tests"
	@echo "make run     open the program"
	@echo "make check   lint, types, contracts, plugin manifest"
	@echo "make fast    the quick tests only"
	@echo "make bench   benchmarks: ratios against named peers"

setup: system $(READY)

system:
	@sh installer/system-packages.sh

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Synthscope needs Python 3.11 or later; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(READY)

run: setup
	$(BIN)/synthscope

demo: setup
	$(BIN)/synthscope demo --out demo-output

check: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/npe2 validate plugins/napari_synthscope/napari.yaml

test: check
	$(ONE_THREAD) $(BIN)/python -m pytest $(SPREAD)

fast: setup
	$(ONE_THREAD) $(BIN)/python -m pytest $(SPREAD) -m "not slow"

bench: setup
	$(BIN)/python -m pytest tests/benchmarks --benchmark-enable --benchmark-only -p no:cacheprovider

clean:
	rm -rf $(VENV) demo-output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
