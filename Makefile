# make run | make demo | make test are all that a newcomer needs.
# The tests start the command some hundred times: what is compiled once is kept.
export PYTHONDONTWRITEBYTECODE =
PYTHON ?= python3
VENV ?= .venv
BENCH_VENV ?= .venv-bench
BIN = $(VENV)/bin
RUN_STAMP = $(VENV)/.run
DEV_STAMP = $(VENV)/.dev
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL = run

.PHONY: help run demo test hostile load fuzz audit docs lint types contracts check bench lock wheel coverage clean crash soak

help:  ## what there is to make
	@sed -nE 's/^([a-z]+):.*  ## (.*)/\1\t\2/p' Makefile | expand -t 10

run: $(RUN_STAMP)  ## crawl the sources in config/ and serve the feeds on http://127.0.0.1:8610
	$(BIN)/xianwen run

demo: $(RUN_STAMP)  ## crawl a replica county site on loopback and serve the result; needs no network
	$(BIN)/xianwen demo

test: $(DEV_STAMP)  ## the whole test suite
	$(BIN)/python -m pytest

hostile: $(DEV_STAMP)  ## what every hostile server and page costs, at full size: benchmarks/results/hostile.md
	$(BIN)/python -m tests.hostile.measure --write benchmarks/results/hostile.md
	$(BIN)/python -m tests.hostile.measure --documents --size 2400000

KILLS ?= 200
KILL_S ?= 180
crash: $(DEV_STAMP)  ## kill writers at random moments, KILLS on SQLite and a quarter on PostgreSQL: nothing lost, nothing doubled
	$(BIN)/python -m tests.storage.crash --kills $(KILLS)
	$(BIN)/python -m tests.storage.crash --kills $$(( $(KILLS) / 4 )) --postgres
	$(BIN)/python -m tests.run.roles.kill --seconds $(KILL_S)
	XIANWEN_ALL_BOUNDARIES=1 $(BIN)/python -m pytest -o timeout=0 tests/hostile/test_stages.py

SOAK_S ?= 600
soak: $(DEV_STAMP)  ## the daemon for SOAK_S seconds among faults: memory, files and threads stay level, nothing is lost
	$(BIN)/python -m tests.soak --seconds $(SOAK_S)

load: $(DEV_STAMP)  ## five hundred readers alone and beside five hundred clients that dawdle: what the readers wait
	$(BIN)/python -m tests.hostile.load

FUZZ ?= --seconds 600
FUZZ_EXAMPLES ?= 10000
fuzz: $(VENV)/.fuzz  ## reading, cleaning, writing, config: each stage fuzzed by coverage for ten minutes; 10,000 examples
	$(BIN)/python -m tests.hostile.fuzz $(FUZZ)
	XIANWEN_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/python -m pytest -o timeout=0 tests/hostile/test_properties.py

$(VENV)/.fuzz: requirements-fuzz.lock $(DEV_STAMP)
	$(INSTALL) --require-hashes -r requirements-fuzz.lock
	@touch $@

audit: $(DEV_STAMP)  ## known vulnerabilities of what we depend on, by the PyPI and OSV advisories; needs the network
	$(PYTHON) -m venv $(VENV)-audit
	$(VENV)-audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	$(VENV)-audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock
	$(BIN)/python -m tools.make_licences
	git diff --exit-code docs/reference/licences.md

# what decides without touching anything: every branch of it is taken by a test
PURE = bot/dedupe/*,bot/health/*,bot/locate/*,bot/schedule/rhythm.py,bot/schedule/learning.py,bot/schedule/workdays.py,bot/urls.py,bot/spelling.py,bot/patterns.py
coverage: $(DEV_STAMP)  ## branch coverage: of the whole, and complete for what only decides
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --sort=cover
	$(BIN)/coverage report --include='$(PURE)' --show-missing --fail-under=100

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV_STAMP)
	$(BIN)/mypy

contracts: $(DEV_STAMP)
	$(BIN)/lint-imports

docs: $(DEV_STAMP)  ## the documentation as pages in docs/_build
	$(BIN)/python -m sphinx -W --keep-going -q -b dirhtml docs docs/_build

check: lint types contracts test  ## everything that must hold before a commit

bench: $(BENCH_VENV)/.bench  ## a virtualenv of its own for the scripts in benchmarks/ and the peers they measure

$(BENCH_VENV)/.bench: requirements-bench.lock pyproject.toml
	$(PYTHON) -m venv $(BENCH_VENV)
	# pip 23 cannot resolve the peers' doubled extra lxml[html-clean,html-clean]
	$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check pip==26.3
	$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

wheel: $(DEV_STAMP)  ## dist/xianwen-VERSION.whl, of the version that the tag of this commit says
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

lock: | $(BIN)/python  ## rewrite the lock files from pyproject.toml
	$(INSTALL) uv==0.13.9
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --group pyproject.toml:build -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra postgres pyproject.toml --group pyproject.toml:build -c requirements.lock -o requirements-postgres.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --all-extras pyproject.toml --group pyproject.toml:build --group pyproject.toml:dev -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --all-extras pyproject.toml --group pyproject.toml:build --group pyproject.toml:bench -o requirements-bench.lock
	$(BIN)/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --group pyproject.toml:fuzz -o requirements-fuzz.lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.lock pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): requirements-dev.lock pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements-dev.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ $(RUN_STAMP)

clean:
	rm -rf $(VENV) dist build *.egg-info
