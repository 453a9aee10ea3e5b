# Set-up, checks, tests and the offline installer. `make help` lists the targets.
#
# Needs only Python 3.11 or newer and make. Everything is put into .venv beside this file; packages come from wherever
# pip is configured to look. On Windows without make, see docs/how-to/install.md.

PYTHON ?= python3
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := simpy ciw salabim cimba dvr-scan-headless faster-coco-eval trackeval
IPYCAM := 1.3.0
DEMO := run kostanay --detector left_object --clip bottle

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long check messages peers cameras bench-long bundle clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(READY) ## create .venv and install everything; done once, and again when pyproject.toml or constraints.txt change

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: $(PYTHON) is missing or older than 3.11; expected Python 3.11 or newer;" \
	       "name another, for example: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { \
	  echo "make: $(PYTHON) -m venv failed; on Debian and Ubuntu install the package python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --constraint constraints.txt hatchling editables
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	@touch $@

demo: $(READY) ## measure a detector on a real clip, then play a day in Kostanay with it
	$(BIN)/watchfloor $(DEMO)

test: $(READY) ## run every test but the long ones
	$(BIN)/python -m pytest -q -m "not long" -n $(WORKERS) --dist loadgroup

test-long: $(READY) ## run the long tests: soaks, fuzzing, the whole installer
	$(BIN)/python -m pytest -q -m long --hypothesis-profile default --durations=10

check: $(READY) ## lint, types, and who imports whom
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

messages: $(READY) ## bring the catalogues of the reports' languages up to date with the code
	@mkdir -p build
	$(BIN)/pybabel extract -F pyproject.toml --no-location --no-default-keywords -k Phrase -k Counted:1,2 -k say -o build/watchfloor.pot .
	$(BIN)/pybabel update -i build/watchfloor.pot -d watchfloor/locale -D watchfloor -w 110 --no-fuzzy-matching

peers: $(patsubst %,.venvs/peer-%/.tried,$(PEERS)) ## put the programs that bench engine, throughput and detectors are compared with into .venvs, each alone
	@ls -d .venvs/peer-*

# A peer that cannot be had here leaves pip's own last word in why.txt, which bench engine tells; the others go on.
# One that needs other versions than ours has constraints of its own, in constraints-NAME.txt.
.venvs/peer-%/.tried: constraints.txt $(wildcard benchmarks/peers/constraints*.txt)
	@$(PYTHON) -m venv --clear $(@D)
	@own=benchmarks/peers/constraints-$*.txt; \
	if $(@D)/bin/python -m pip install --quiet $$(if [ -f $$own ]; then echo --constraint $$own; else \
	     echo --constraint constraints.txt --constraint benchmarks/peers/constraints.txt; fi) $* 2>$(@D)/pip.log; then \
	  echo "make: $* is installed in $(@D)"; \
	else \
	  grep ERROR $(@D)/pip.log | tail -n 1 >$(@D)/why.txt; \
	  echo "make: $* cannot be had here: $$(cat $(@D)/why.txt)" >&2; \
	fi
	@touch $@

cameras: .venvs/ipycam/.tried ## put the ONVIF camera that tests talk to into .venvs, alone

# Without its needs: it asks for the OpenCV that wants a display's libraries, and runs with the one that does not.
.venvs/ipycam/.tried: constraints.txt
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --no-deps --constraint constraints.txt \
	  ipycam==$(IPYCAM) numpy opencv-python-headless
	@touch $@

bench-long: $(READY) ## measure engine, study and detector speed; JSON under out/bench
	$(BIN)/watchfloor bench engine --out out/bench
	$(BIN)/watchfloor bench study --out out/bench
	$(BIN)/watchfloor bench dispatch --out out/bench
	$(BIN)/watchfloor bench detector left_object --clip bottle --out out/bench
	$(BIN)/watchfloor bench accuracy left_object --profile street --on drawn --workers $(WORKERS) --count object_placed=litter --out out/bench/accuracy
	$(BIN)/watchfloor bench detectors --out out/bench
	$(BIN)/watchfloor bench accuracy left_object --profile street --on drawn-long --workers $(WORKERS) --budget 600 --count object_placed=litter --out out/bench/false-alarms

bundle: $(READY) ## build the offline installer for Linux and Windows in bundle/
	$(BIN)/python installer/make_bundle.py --out bundle

clean: ## remove what make and the tools made, .venv included
	rm -rf $(VENV) .venvs bundle build dist out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
