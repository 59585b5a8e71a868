# Everything a colleague does with this tree, from a fresh clone: `make demo` shows the product, `make test` proves it.

.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

BIN := .venv/bin
STAMP := .venv/.complete
PYTHON ?= $(shell for python in python3.11 python3.12 python3; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
CODE := $(wildcard dunning workflows activities adapters worker api cli tests bench)
SCENARIOS ?= tests/scenarios
# The tests of a file go to one worker, so that what they share is made once; in their own order, for the longest files have few tests.
PYTEST_ARGS ?= -n auto --dist loadfile --no-loadscope-reorder

heading = @printf '\n=== %s\n' '$(1)'

.PHONY: help setup test demo fmt format lint types contracts check scenarios unit grids browser histories golden bench stories differential attack constraints clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP)  ## .venv with all that the product and its tests need

# Two moves: the pinned packages, each checked against its hash, then the tree itself, which has none. The list is
# complete, so pip need not resolve it (a third of the time), and Python compiles a module when it first needs it.
$(STAMP): pyproject.toml constraints.txt
	$(call heading,setup)
	@if command -v uv >/dev/null; then \
		echo 'the pinned packages, then the tree itself: this takes half a minute'; \
		test -x $(BIN)/python || uv venv --quiet --python '>=3.11,<3.13' .venv; \
		uv pip install --python $(BIN)/python --quiet --require-hashes -r constraints.txt; \
		uv pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation -e .; \
	else \
		test -n '$(PYTHON)' || { echo 'setup: needs Python 3.11 or newer with its venv module (Debian: apt-get install python3-venv)' >&2; exit 1; }; \
		echo 'making .venv'; \
		$(PYTHON) -m venv .venv; \
		echo 'fetching the pinned packages: about half a minute'; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes -r constraints.txt; \
		echo 'adding the tree itself'; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@touch $@
	@echo "$$($(BIN)/python --version) in .venv is ready"

demo: setup  ## the product with a made-up book of invoices, in virtual time; Ctrl-C stops it
	@exec $(BIN)/dunning demo

test: check scenarios unit  ## everything that proves the tree

check: lint types contracts  ## what needs no run: format, lint, types, contracts

fmt: setup  ## format the tree, and mend what ruff can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

format: setup
	$(call heading,format)
	@$(BIN)/ruff format --check .

lint: format  ## format and lint, without changing anything
	$(call heading,lint)
	@$(BIN)/ruff check .

types: setup  ## mypy, strict
	$(call heading,types)
	@$(BIN)/mypy $(CODE)

contracts: setup  ## who imports whom
	$(call heading,contracts)
	@$(BIN)/lint-imports --no-logo

scenarios: setup  ## the scenario files, on the core and on a real Temporal server
	$(call heading,scenarios on the core)
	@$(BIN)/dunning test $(SCENARIOS) --engine core
	$(call heading,scenarios on Temporal)
	@$(BIN)/dunning test $(SCENARIOS) --engine temporal

unit: setup  ## pytest; PYTEST_ARGS='-k money' for a part of it
	$(call heading,tests)
	@$(BIN)/pytest $(PYTEST_ARGS)

grids: setup  ## the whole of what `make test` samples: two nights of kills, charges in any order, the API's description
	$(call heading,grids)
	@GRIDS=whole $(BIN)/pytest $(PYTEST_ARGS) -m grid

browser:  ## Debian's chromium, for the tests that look at pages (asks apt-get, needs root)
	$(call heading,browser)
	@if command -v chromium >/dev/null; then echo "chromium is here: $$(command -v chromium)"; \
	elif ! command -v apt-get >/dev/null; then echo 'browser: no chromium and no apt-get; install chromium by hand' >&2; exit 1; \
	else apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null \
		&& chromium --version; fi

histories: setup  ## record anew the histories of cases that the tests replay (see docs/how-to/upgrade-a-workflow.md)
	$(call heading,histories)
	@$(BIN)/python -m tests.workflows.record_histories

golden: setup  ## write anew the carried cases that the tests read and write unchanged, and the messages that they compare
	$(call heading,golden)
	@$(BIN)/python -m tests.dunning.golden_cases
	@$(BIN)/python -m tests.adapters.golden_messages
	@$(BIN)/python -m tests.adapters.golden_letters

bench: setup  ## the benchmarks; prints ratios
	$(call heading,bench)
	@$(BIN)/python -m bench

stories: setup  ## random stories on the core, held to the rules; COUNT=50000 SEED=1
	$(call heading,stories)
	@$(BIN)/python -m bench stories --seed $(or $(SEED),1) --count $(or $(COUNT),50000)

differential: setup  ## random stories on both engines, which must tell the same; COUNT=2000 SEED=1
	$(call heading,differential)
	@$(BIN)/python -m bench differential --seed $(or $(SEED),1) --count $(or $(COUNT),2000)

attack: setup  ## attacks on a product that runs, each with what must hold; needs ten minutes
	$(call heading,attack)
	@$(BIN)/python -m bench attack

# The header is left out because it would repeat the command line of whoever ran it.
constraints:  ## pin the newest versions that fit pyproject.toml into constraints.txt (needs uv)
	@uv pip compile pyproject.toml --extra letters --extra oidc --group dev --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-header --quiet --output-file constraints.txt

clean:  ## remove what setup, tests and builds made; the product's databases stay
	@rm -rf .venv build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .schemathesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
