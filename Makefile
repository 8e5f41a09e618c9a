# `make test` is the whole CI, set-up included. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
REPORTS := build/reports
PYTEST := timeout 1500 $(BIN)/pytest
RUNTIME := .venv/.runtime
TOOLS := .venv/.tools
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: demo run release lock test lint types imports unit walks store browser wheel counts mutants coverage corpus bench torture fuzz test-pds clean help chromium

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

demo: $(RUNTIME) ## Compose the sample reviews into outbox/: a digest, posts and cards
	@$(BIN)/python tools/demo.py

run: $(RUNTIME) ## Run the scheduler with config/publisher.toml
	@$(BIN)/publisher run

release: $(TOOLS) ## Build sdist and wheel into dist/, check them, and run the demo from the wheel; nothing is published
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .
	$(BIN)/twine check --strict dist/*
	$(BIN)/python tools/try_wheel.py dist/*.whl
	@echo "Made, and not published:"; ls -l dist | sed 1d

lock: .venv/pyvenv.cfg ## Refresh requirements*.txt from pyproject.toml; UPGRADE=1 takes the newest that fits
	$(INSTALL) 'uv>=0.9,<1'
	@$(BIN)/python tools/lock.py $(if $(UPGRADE),--upgrade)

test: lint types imports unit walks store browser wheel counts ## Everything that CI runs

lint: $(TOOLS) ## Style, and the measures of the house
	$(BIN)/ruff check --output-format concise
	$(BIN)/ruff format --check
	$(BIN)/python tools/measure_house.py

types: $(TOOLS) ## Types
	$(BIN)/mypy

imports: $(TOOLS) ## Which room may import which
	$(BIN)/lint-imports

unit: $(TOOLS) ## Tests without a server, a browser or a wheel
	$(PYTEST) -n 2 --ignore tests/store -m "not slow and not postgres and not browser and not wheel" --junitxml $(REPORTS)/unit.xml

walks: $(TOOLS) ## Tests of whole walks, which take seconds each
	$(PYTEST) -n 2 --ignore tests/store -m "slow and not postgres and not browser and not wheel" --junitxml $(REPORTS)/walks.xml

store: $(TOOLS) ## Tests of the store on both databases, and all others that want PostgreSQL
	$(PYTEST) -n 2 tests/store --junitxml $(REPORTS)/store.xml
	$(PYTEST) -n 2 --ignore tests/store -m postgres --junitxml $(REPORTS)/postgres.xml

browser: $(TOOLS) chromium ## Tests in Chromium
	$(PYTEST) -n 2 -m browser --junitxml $(REPORTS)/browser.xml

wheel: $(TOOLS) ## Builds the wheel and uses it in an empty folder
	$(PYTEST) -m wheel --junitxml $(REPORTS)/wheel.xml

counts: # fails when a test was skipped
	@$(PYTHON) tools/count_tests.py $(REPORTS)

mutants: $(TOOLS) ## Small wrong changes to what decides, and how many the tests notice (80 % at least)
	PYTHONPATH=. $(BIN)/python tools/mutants.py --survivors build/survivors.json

coverage: $(TOOLS) ## Unit tests, walks and the store's again, and which branches they take (90 % at least)
	rm -rf build/coverage
	mkdir -p build/coverage
	$(MAKE) unit walks store PYTEST="timeout 3000 $(BIN)/coverage run -m pytest"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

corpus: $(TOOLS) ## Measures against reference data in $PUBLISHER_CORPUS
	$(PYTEST) -m corpus

bench: $(TOOLS) ## Figures: time and memory
	@for script in $(wildcard bench/*.py); do echo "== $$script"; PYTHONPATH=. timeout 1500 $(BIN)/python $$script || exit 1; done

torture: $(TOOLS) ## Kills the sender again and again and counts what arrives
	LEDGER_EXAMPLES=400 $(PYTEST) -n 0 tests/delivery/test_ledger_machine.py -m "not postgres"
	PYTHONPATH=. timeout 7200 $(BIN)/python tools/torture.py --on-uncertain hold
	PYTHONPATH=. timeout 7200 $(BIN)/python tools/torture.py --on-uncertain resend

fuzz: $(TOOLS) ## Property tests with many more examples; then ten minutes of atheris on the loader
	PYTHONPATH=. $(PYTEST) -n 2 -p tools.fuzz_profile --hypothesis-profile fuzz -m "not browser and not wheel"
	QUOTE_EXAMPLES=10000 $(PYTEST) -n 2 tests/quotes/test_quotes_verbatim.py
	@$(INSTALL) 'atheris>=3,<4' \
	  || { echo "there is no atheris for this machine" >&2; exit 1; }
	timeout 900 $(BIN)/python tools/fuzz_loader.py -max_total_time=600 build/fuzz-loader

test-pds: $(TOOLS) ## Tests against a real Bluesky server
	$(PYTEST) -m pds || { [ $$? = 5 ] && echo "no test asks for it yet"; }

clean: ## Everything that can be made again
	rm -rf build dist outbox var/demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
	  [ "$$(id -u)" = 0 ] || { echo "the browser tests need Chromium: apt install chromium" >&2; exit 1; }; \
	  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q chromium; }

.venv/pyvenv.cfg:
	$(PYTHON) -m venv .venv

# Packages by hash; then the project itself, built by what was just installed.
$(RUNTIME): pyproject.toml requirements.txt | .venv/pyvenv.cfg
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(TOOLS): pyproject.toml requirements-test.txt | .venv/pyvenv.cfg
	$(INSTALL) --require-hashes -r requirements-test.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $(RUNTIME) $@
