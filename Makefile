# Everything is kept in .venv/ and build/ of this folder.  Another Python: make docs PYTHON=/path/to/python3

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help docs test verify exercises check lint types contract bench accept corpus stress clean again

# A PYTHONPATH from outside would mix other code into the environment.
unexport PYTHONPATH PYTHONHOME

# The two variables pin the build tools as well, each for the versions of pip that know it.
pip := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
       .venv/bin/python -m pip install -qq --no-input --disable-pip-version-check

# pip compiles what it copies into the environment, but not what it only links to.
compiled := .venv/bin/python -m compileall -q derivations

new_enough := import sys; sys.exit(sys.version_info < (3, 11))

# Scripts in an environment hold its absolute place, so one that was moved, copied or left unfinished is made again.
sound := $(shell grep -sqF " $$(pwd -P)/.venv" .venv/pyvenv.cfg && test -x .venv/bin/pip \
           && .venv/bin/python -c '$(new_enough)' 2>/dev/null && echo yes)

##                            this list
help:
	@sed -n 's/^## \{0,1\}/  make /p' $(firstword $(MAKEFILE_LIST))

## docs                       the tutorials, in build/, and a site of them, in build/site/
docs: .venv/runtime
	@.venv/bin/derivations docs --format md,tex,html,ipynb,site

## test                       the tests
test: .venv/dev
	@.venv/bin/python -m pytest -q -n auto

## verify ARTICLE=…           find the wrong numbers of an article, or of a folder of articles
verify: .venv/runtime
	$(if $(ARTICLE),,$(error Which article?  make verify ARTICLE=path))
	@.venv/bin/derivations verify "$$ARTICLE"

## exercises SEED=… COUNT=…   exercise sheets and their keys, in build/exercises/
exercises: .venv/runtime
	@.venv/bin/derivations exercises $(if $(SEED),--seed "$$SEED") $(if $(COUNT),--count "$$COUNT")

## check                      lint, types, import contract, tests
check: lint types contract test

lint: .venv/dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: .venv/dev
	.venv/bin/mypy

contract: .venv/dev
	.venv/bin/lint-imports

## bench                      measure the speed, and print the table of the README
bench: .venv/dev
	@.venv/bin/python -m tests.benchmarks

## accept                     rewrite the golden files of the tests (read the difference before committing)
accept: .venv/dev
	@.venv/bin/python -m pytest -q --accept

## corpus                     judge the labelled articles of tests/corpus/: coverage, recall, precision
corpus: .venv/dev
	@.venv/bin/python -m tests.corpus

## stress SEEDS=…             keys, blanks, slips and carried errors of all kinds of exercises; 100 take hours
stress: .venv/dev
	@.venv/bin/python -m tests.exercises.stress $(if $(SEEDS),--seeds "$$SEEDS")

## clean                      remove whatever was built (.venv/ stays)
clean:
	@rm -rf build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -path ./.venv -prune -o -type d -name __pycache__ -exec rm -rf {} +

# ---------------------------------------------------------------- the environment

.venv/runtime: .venv/pyvenv.cfg pyproject.toml constraints.txt
	@echo 'Installing derivations and what it needs into .venv/ …'
	@$(pip) --editable '.[pdf,site]'
	@$(compiled)
	@touch $@

.venv/dev: .venv/pyvenv.cfg pyproject.toml constraints.txt
	@echo 'Installing derivations and the tools of its developers into .venv/ …'
	@$(pip) --editable '.[dev,pdf,site]'
	@$(compiled)
	@touch .venv/runtime $@

.venv/pyvenv.cfg: $(if $(sound),,again)
	@lacking=; rm -rf .venv; \
	for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	  "$$python" -c '$(new_enough)' 2>/dev/null || continue; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null && exec "$$python" -m venv .venv; \
	  lacking="$$lacking $$python"; \
	done; \
	if [ -n "$$lacking" ]; then \
	  echo "$${lacking# } cannot make an environment; on Debian and Ubuntu: apt install python3-venv (or that of the version, as python3.12-venv)" >&2; \
	else \
	  echo "Python 3.11 or newer is needed, and no python3 here is.  Another place: make PYTHON=/path/to/python3" >&2; \
	fi; exit 1
