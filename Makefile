# A fresh machine needs GNU make and Python 3.11 or newer with venv; the rest is made here.
#   make demo [ONCE=1] [PORT=8000]   the product with a demo agency, until Ctrl-C (ONCE=1: until the table)
#   make test [ARGS="tests/unit -x"] [JOBS=2]       every test
#   make check                       ruff, mypy, import contracts, missing migrations, OpenAPI drift
#   make bench                       benchmarks
#   make mutants [ARGS="assessments.engine.settling*"] [JOBS=2]   mutation testing of the engine (docs/mutants.md)
#   make venv                        .venv with everything, for daily work
#   make openapi                     write docs/openapi.yaml
#   make lock [UPGRADE=1]            resolve requirements/*.txt anew from pyproject.toml
#   make clean                       stop what runs; delete .venv, caches, compiled catalogues (data stays)
#   make wipe                        stop what runs; delete the embedded servers' data as well
.DEFAULT_GOAL := help
.SUFFIXES:
.PHONY: help demo test check bench mutants venv venv-local venv-mutants openapi lock clean wipe catalogues

PYTHON ?= python3
PY := .venv/bin/python
JOBS ?= 2
UV := 0.13.9
LOCK = build/uv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))

# The first Python that is new enough: the machine's `python3` is sometimes older than another one beside it.
FIND_PYTHON = python=; for name in $(PYTHON) python3.13 python3.12 python3.11; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$name; break; fi; done; \
	if [ -z "$$python" ]; then \
	echo '需要 Python 3.11 或更高版本：请安装后重试，或用 PYTHON=/路径/python3 指定。' >&2; \
	echo 'Python 3.11 or newer is needed: install it, or name it with PYTHON=/path/to/python3.' >&2; exit 1; fi

help:
	@sed -n 's/^#   //p' Makefile

venv: ; @$(FIND_PYTHON); $$python -I core/local/make_venv.py dev
venv-local: ; @$(FIND_PYTHON); $$python -I core/local/make_venv.py local
venv-mutants: ; @$(FIND_PYTHON); $$python -I core/local/make_venv.py mutants

# Made by a second make: the environment must stand before the first catalogue is compiled.
catalogues: $(CATALOGUES) ; @:

%.mo: %.po
	@$(PY) -m babel.messages.frontend --quiet compile --input-file $< --output-file $@

demo: venv-local
	@$(MAKE) --no-print-directory catalogues
	@$(if $(PORT),KAOHE_PORT=$(PORT)) $(PY) manage.py demo $(if $(ONCE),--once)

test: venv
	@$(MAKE) --no-print-directory catalogues
	@$(PY) -m pytest -n $(JOBS) $(ARGS)

check: venv
	@$(MAKE) --no-print-directory catalogues
	@$(PY) -m core.local.checks

bench: venv
	@$(PY) -m benchmarks $(ARGS)

# What was tested before and has not changed is not tested again; the names in ARGS are patterns for mutmut.
mutants: venv-mutants
	@set -f; .venv/bin/mutmut run --max-children $(JOBS) $(ARGS)
	@.venv/bin/mutmut results | grep -v ': not checked$$' || true

openapi: venv
	@$(PY) -m core.local.checks openapi --write

lock:
	@$(FIND_PYTHON); [ -x build/uv/bin/uv ] || { $$python -m venv build/uv && \
	build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV); }
	$(LOCK) -o requirements/base.txt
	$(LOCK) --group local -o requirements/local.txt
	$(LOCK) --group local --group dev -o requirements/dev.txt
	$(LOCK) --group local --group dev --group mutants -o requirements/mutants.txt

clean:
	@if [ -x $(PY) ]; then $(PY) manage.py down; fi
	rm -rf .venv build mutants static-collected .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -f locale/*/LC_MESSAGES/django.mo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

wipe: venv-local
	@$(PY) manage.py down --erase
