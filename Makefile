# `make demo` and `make test` work on a fresh machine with Python 3.11 or later, pip, venv, git and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python
PIP := $(RUN) -m pip --quiet --disable-pip-version-check
ROOMS := core vocabulary crawlers extract ner_models store operate review demo bench tests pipeline.py
# figures and kills must not depend on how many threads a linear algebra library takes
export OMP_NUM_THREADS ?= 1

.PHONY: demo test lint soak bench train docs lock audit clean

demo: $(VENV)/.runtime
	$(RUN) pipeline.py demo

test: $(VENV)/.development
	$(RUN) -bb -m pytest -n 2 --dist loadfile -m "not soak" --cov=core --cov=vocabulary \
	  --cov=extract --cov=store --cov-branch --cov-report=term:skip-covered --cov-fail-under=85

lint: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(ROOMS)
	$(BIN)/lint-imports

soak: $(VENV)/.development
	$(RUN) -bb -m pytest -n 2 --dist load -m soak

bench: $(VENV)/.development
	$(RUN) -m bench.whole_path
	$(RUN) -m bench.tagging
	$(RUN) -m bench.extract --check
	$(RUN) -m bench.notices
	$(RUN) -m bench.ocr
	$(RUN) -m bench.crawl
	$(RUN) -m bench.search
	$(RUN) -m bench.review --check
	$(RUN) -m bench.scale

train: $(VENV)/.development
	$(RUN) pipeline.py train

docs: $(VENV)/.development
	$(RUN) -m vocabulary.render
	$(RUN) -m crawlers.render
	$(RUN) -m operate.reference

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Materiel needs Python 3.11 or later; name one with PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.runtime

# Needs `uv`; every line gets its hashes, no line names a registry.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" pyproject.toml --group dev -c requirements.lock \
	  -o requirements-dev.lock

# Asks a public list of known faults for each line of the lock; needs the network.
audit: $(VENV)/.runtime
	$(PIP) install pip-audit
	$(RUN) -m pip_audit --require-hashes --disable-pip -r requirements.lock

clean:
	rm -rf $(VENV) output/demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
