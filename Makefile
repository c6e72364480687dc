# Everything a newcomer needs; each target makes its own environment. Set-up speaks on stderr.
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help
.PHONY: help drill test check lint bench goldens pyz binary man clean
BIN := .venv/bin
NAME :=
ARGS :=
export PYTHON
# A command that a test starts would otherwise compile all of Halfway each time: 0.4 s.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' Makefile | expand -t 15

drill: ## open the console on a private server with an incident (NAME=failed, ARGS="--server mysql")
	@.ci/environment drill
	@$(BIN)/halfway drill $(NAME) $(ARGS)

test: lint ## everything: style, types, imports, all tests on real servers
	@$(BIN)/pytest -n 3 $(ARGS)

check: lint ## the fast lane: style, types, imports, tests that need no server and little time
	@$(BIN)/pytest -n 3 -m 'not server and not slow' $(ARGS)

lint: ## style, types, imports
	@.ci/environment drill,dev
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --strict --no-error-summary
	@$(BIN)/lint-imports

bench: ## measure beside peers: snapshots/bench.md (ARGS="startup files" prints a part)
	@.ci/environment drill,dev
	@$(BIN)/python -m tests.bench $(ARGS)

goldens: ## draw the pictures in snapshots/ again; review the difference
	@.ci/environment drill,dev
	@$(BIN)/pytest -q --snapshot-update tests/screens $(ARGS)

pyz: ## one file for every Python from 3.11 on: dist/halfway.pyz (PLATFORM=aarch64-gnu for another machine)
	@.ci/environment drill
	@$(BIN)/python packaging/pyz.py $(if $(PLATFORM),--platform $(PLATFORM)) $(ARGS)

binary: ## one file with a Python of its own, for Debian 12 and newer: dist/halfway
	@.ci/environment drill,dev
	@$(BIN)/python packaging/binary.py $(ARGS)

man: ## write the manual page docs/halfway.1 from the commands
	@.ci/environment drill
	@$(BIN)/python packaging/man.py

clean: ## remove the environment and every cache
	@rm -rf .venv build dist .*_cache .hypothesis *.egg-info snapshot_report.html
	@find . -name __pycache__ -prune -exec rm -rf {} +
