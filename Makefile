# `make run` and `make test` need Python 3.11 or newer and nothing else. `make` alone explains the rest.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
ifeq ($(strip $(PYTHON)),)
PYTHON := python3
endif
RUN := $(PYTHON) tools/run.py
VENV := .venv/bin/python
T ?=
B ?= commonmark markdown
export PORT

.DEFAULT_GOAL := help
.PHONY: help setup run reset test test-postgres lint format types arch docs messages worker beat bench shell check consistency demo-medium

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## ?(.*)/\1\t\2/' | \
		while IFS="$$(printf '\t')" read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

run:  ## install, prepare and serve the demo school on http://127.0.0.1:8000 (PORT=9000 changes it)
	@$(RUN) run

setup:  ## install what tests and tools need
	@$(RUN) setup requirements-dev.txt

reset:  ## delete the data: the next `make run` starts over
	@$(RUN) reset

test:  ## install what tests need and run the whole suite (T="forum/tests -k reply" narrows it)
	@$(RUN) test $(T)

test-postgres:  ## the suite on PostgreSQL and Redis: DATABASE_URL and REDIS_URL, or both on their usual ports
	@DATABASE_URL="$${DATABASE_URL:-postgres://postgres@127.0.0.1:5432/community}" \
	REDIS_URL="$${REDIS_URL:-redis://127.0.0.1:6379/9}" $(RUN) test $(T)

lint:  ## ruff and djlint
	@$(RUN) setup requirements-dev.txt
	@$(VENV) -m ruff check .
	@$(VENV) -m djlint --quiet --lint templates

format:  ## let ruff format and sort
	@$(RUN) setup requirements-dev.txt
	@$(VENV) -m ruff check --fix-only --quiet .
	@$(VENV) -m ruff format .

types:  ## mypy, strict
	@$(RUN) setup requirements-dev.txt
	@$(VENV) -m mypy .

arch:  ## who may import whom, and the other rules of the house
	@$(RUN) setup requirements-dev.txt
	@$(VENV) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	@$(VENV) -m pytest -q tests/architecture

check: lint types arch  ## lint, types and arch
	@$(VENV) manage.py makemigrations --check --dry-run

docs:  ## write docs/EVENTS.md from the code
	@$(VENV) manage.py show_events > docs/EVENTS.md

messages:  ## collect and compile the translations (needs gettext)
	@$(VENV) manage.py makemessages --locale ru --no-obsolete --no-location --ignore .venv --ignore var
	@$(VENV) manage.py compilemessages --locale ru --ignore .venv --ignore var

worker:  ## a Celery worker (production: DATABASE_URL and REDIS_URL)
	@$(VENV) -m celery -A community_platform worker --loglevel INFO

beat:  ## the Celery clock; run exactly one
	@$(VENV) -m celery -A community_platform beat --loglevel INFO

consistency:  ## does everything derived agree with its source?
	@$(VENV) manage.py check_consistency

bench:  ## the benchmarks named in B, one after the other (B="commonmark markdown pages live_reply")
	@for name in $(B); do echo "== $$name"; $(VENV) -m benchmarks.$$name || exit 1; done

demo-medium:  ## replace the data with a school of 2,000 people
	@$(RUN) manage prepare --no-demo
	@$(VENV) manage.py seed_demo --scale medium --seed 1 --reset

shell:  ## a Python shell inside the site
	@$(VENV) manage.py shell
