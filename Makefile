# Everything a newcomer needs: `make run` shows the program at work, `make test` checks it.
PYTHON ?= python3
BIN := .venv/bin
export UV_COMPILE_BYTECODE := 1
READY := .venv/.ready
PO := $(wildcard config/locales/*/LC_MESSAGES/*.po)
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run demo test tests check clients clients-setup audit bench bench-growth bench-draft documents soak schema messages lock clean

help:            ## show these targets
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

setup: $(READY)  ## make .venv with everything in it

# uv when there is one, plain venv and pip when not; both take the hash-pinned lock.
$(READY): requirements.lock pyproject.toml config/locales/build_hook.py $(PO)
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or later"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; $$($(PYTHON) --version) found. Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 2; }
	@if command -v uv >/dev/null; then \
	  { test -x $(BIN)/python || uv venv -q --python $(PYTHON) .venv; } && \
	  uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  { test -x $(BIN)/pip || $(PYTHON) -m venv .venv; } && \
	  $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@

run: setup       ## replay the five 2022 campaigns into var/ and serve them
	$(BIN)/duban demo --serve

demo: setup      ## the same without serving
	$(BIN)/duban demo

test: check tests ## all checks and tests

tests: setup
	$(BIN)/pytest -n $(JOBS)

check: setup     ## lint, types, layers, declarations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/duban check

# Calendar programs in a folder of their own, at the versions of tests/clients/.
CLIENTS := build/clients
CLIENTS_READY := $(CLIENTS)/.ready
clients-setup: $(CLIENTS_READY)

$(CLIENTS_READY): tests/clients/requirements.lock tests/clients/package-lock.json
	@mkdir -p build
	@if command -v uv >/dev/null; then \
	  { test -x $(CLIENTS)/bin/python || uv venv -q --python $(PYTHON) $(CLIENTS); } && \
	  uv pip install -q --python $(CLIENTS)/bin/python --require-hashes -r tests/clients/requirements.lock ; \
	else \
	  { test -x $(CLIENTS)/bin/pip || $(PYTHON) -m venv $(CLIENTS); } && \
	  $(CLIENTS)/bin/pip install -q --disable-pip-version-check --require-hashes -r tests/clients/requirements.lock ; \
	fi
	@cp tests/clients/package.json tests/clients/package-lock.json $(CLIENTS)/
	@if command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund --prefix $(CLIENTS); \
	else echo "npm is missing: the test with ical.js will be skipped"; fi
	@touch $@

clients: setup clients-setup ## real calendar programs on real feeds (docs/calendars-tried.md)
	$(BIN)/pytest -n $(JOBS) tests/clients

documents: setup ## every workbook and Word file of a sample season, as PDF and pictures, in build/documents
	$(BIN)/python -m tests.support.sample_documents build/documents

bench: setup     ## measure, as ratios to a named reference: make bench ONLY="mails feeds" for some of it
	$(BIN)/python -m benchmarks $(ONLY)

bench-growth: setup ## how the work grows up to 1,000,000 assignments; refreshes docs/growth.svg (minutes)
	$(BIN)/python -m benchmarks.growth docs/growth.svg

bench-draft: setup ## how much of a plan the draft reads: make bench-draft PLANS=folder
	$(BIN)/python -m benchmarks.draft $(PLANS) $(if $(MISSES),--misses)

soak: setup      ## every fault many times (an hour); refreshes the table in docs/reliability.md
	$(BIN)/python -m tests.soak

audit: setup     ## ask whether a dependency has a known vulnerability
	$(BIN)/python -m tests.support.audit

schema: setup    ## refresh the checked-in JSON Schemas
	$(BIN)/duban schema > config/campaign.schema.json
	$(BIN)/duban schema --organisation > config/organisation.schema.json
	$(BIN)/duban schema --holidays > config/holidays.schema.json

# Lines of a catalogue's header that would change with each run or each version of Babel.
CHURN := Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Plural-Forms|Generated-By

messages: setup  ## refresh the message catalogue from the sources, and name what is untranslated
	@mkdir -p build
	$(BIN)/pybabel -q extract -F config/locales/babel.cfg --no-location --sort-output -o build/duban.pot .
	$(BIN)/pybabel -q update -D duban -i build/duban.pot -d config/locales -l zh_CN --no-fuzzy-matching --ignore-obsolete --no-wrap
	for file in $(PO); do sed -E -e '1{/^$$/d;}' -e '/^#( |$$)/d' -e '/^"($(CHURN)):/d' $$file > build/duban.po && cp build/duban.po $$file || exit 1; done
	$(BIN)/pytest -q tests/integration/test_messages.py

lock:            ## refresh requirements.lock and that of the calendar programs (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o requirements.lock
	uv pip compile tests/clients/requirements.in --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q -o tests/clients/requirements.lock

clean:           ## remove what setup and the demo made
	rm -rf .venv var build dist
