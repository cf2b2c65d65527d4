# One word per habit. `make` alone prints this list.
PYTHON ?= python3
BIN    := .venv/bin
UV     ?= uv

help:               ## this list
	@grep -E '^[a-z.-]+:.*##' Makefile | sed -E 's/:[^#]*##/\t/' | expand -t 20

run: .venv          ## everything on this machine: servers, migrations, web, worker, scheduler
	$(BIN)/kessos run

test: .venv/dev     ## the tests that need neither root nor a browser
	$(BIN)/pytest -n 2 --dist loadgroup -m "not browser"

test-browser: .venv/dev chromium ## the tests in a real headless Chromium
	$(BIN)/pytest -n 2 -m browser

lint: .venv/dev     ## style, import contracts, unused and undeclared things, known weaknesses
	$(BIN)/ruff check --config config/ruff.toml .
	$(BIN)/ruff format --config config/ruff.toml --check .
	$(BIN)/lint-imports setup.cfg
	$(BIN)/vulture kessos_case workers config/vulture.py --min-confidence 80
	$(BIN)/bandit -q -c config/bandit.toml -r kessos_case workers migrations

fix: .venv/dev      ## mend what can be mended without thought
	$(BIN)/ruff check --config config/ruff.toml --fix .
	$(BIN)/ruff format --config config/ruff.toml .

types: .venv/dev    ## mypy, strict in core, rules, queries and services
	$(BIN)/mypy --config-file setup.cfg

migration: .venv/dev ## a new migration: make migration m="add the beds"
	$(BIN)/kessos migrate --new "$(m)"

migrate: .venv      ## bring the database to the newest schema
	$(BIN)/kessos migrate

bench: .venv/dev    ## each figure beside its floor in the same run
	$(BIN)/python -m bench

bench-nightly: .venv/dev ## the import and the night of N people, and how they grow
	$(BIN)/python -m bench.nightly --people $(or $(N),1000000)

bench-cohorts: .venv/dev ## the cohort report over N cases beside its one group by
	$(BIN)/python -m bench.cohorts --cases $(or $(N),1000000)

bench-graduation: .venv/dev ## the graduation of a night of N people beside its bare reading
	$(BIN)/python -m bench.graduation --people $(or $(N),1000000)

bench-pages: .venv/dev ## the server's time of each page beside the API call it stands on
	$(BIN)/python -m bench.pages

bench-routing: .venv/dev ## candidates, batch assignment and acceptances beside their floors
	$(BIN)/python -m bench.routing

check: .venv/dev    ## exactly what CI runs: two things at a time, then the tests
	$(MAKE) --no-print-directory -j2 --output-sync=target lint types schemathesis test-browser
	$(MAKE) --no-print-directory test

schemathesis: .venv/dev ## the running server against its own OpenAPI document
	$(BIN)/python -m tests.conformance

lock:               ## resolve again within the ranges of setup.cfg
	$(UV) pip compile -q --generate-hashes --no-annotate --no-header --universal --python-version 3.11 --extra build --extra embedded setup.cfg -o requirements.lock
	$(UV) pip compile -q --generate-hashes --no-annotate --no-header --universal --python-version 3.11 --extra build --extra embedded --extra dev -c requirements.lock setup.cfg -o requirements-dev.lock

vendor:             ## fetch the browser files of others again, checked against the lock file
	$(BIN)/python -m kessos_case.web.vendor

screenshots: .venv/dev chromium ## the pictures of the handbooks: a made-up day, played again by everybody
	$(BIN)/python -m tests.pictures

messages: .venv     ## collect the text of pages, bring the English catalogue up to it and compile it
	$(BIN)/pybabel -q extract -F config/babel.ini -k lazy_gettext --no-location --sort-output --project kessos-case -o .messages.pot .
	$(BIN)/pybabel -q update -i .messages.pot -d kessos_case/web/translations -l en --width=0 --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	rm .messages.pot
	$(BIN)/pybabel -q compile -d kessos_case/web/translations -l en

chromium:           ## the browser, from Debian's packages where it is missing
	@command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium)

.venv: requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install -q --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	touch .venv

.venv/dev: .venv requirements-dev.lock
	$(BIN)/pip install -q --no-deps --require-hashes -r requirements-dev.lock
	touch .venv/dev

.PHONY: help run test test-browser lint fix types migration migrate bench bench-nightly bench-cohorts bench-pages bench-routing check schemathesis lock vendor screenshots messages chromium
