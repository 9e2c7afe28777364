# make demo · make check · make test · make soak · make bench · make docs · make words · make pictures · make clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
HAS_VENV := $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python lacks venv: apt-get install python3-venv" >&2; exit 1; }

.PHONY: help demo check test soak bench docs words pictures clean
help:
	@echo "make demo    a made-up company to look around in, and a storm to watch"
	@echo "make check   format, lint, types, import contracts"
	@echo "make test    everything: checks, and the whole suite on SQLite and PostgreSQL"
	@echo "make soak    long runs with other chances each time, outside make test"
	@echo "make bench   how fast alerts are taken, beside a real Alertmanager; and acknowledging meanwhile"
	@echo "make docs    write docs/reference anew from the code"
	@echo "make words   take new words of pages into the catalogues of languages, and say what is not translated"
	@echo "make pictures take the pictures of docs/screens.md anew, in a browser"
	@echo "make clean   remove what the other targets made"

$(VENV)/ready: requirements/core.lock requirements/dev.lock pyproject.toml verify/pyproject.toml
	@$(HAS_VENV)
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements/dev.lock
	$(PIP) --no-deps --no-build-isolation -e . -e verify
	@touch $@

$(VENV)/core: requirements/core.lock
	@$(HAS_VENV)
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r $<
	@touch $@

demo: $(if $(wildcard $(VENV)/ready),,$(VENV)/core)
	@PYTHONPATH=src $(BIN)/python -m tocsin.runtime demo

check: $(VENV)/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pyright
	PYTHONPATH=src $(BIN)/lint-imports --no-cache

test: $(VENV)/ready check
	@sh tools/prerequisites.sh
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -q

soak: $(VENV)/ready
	@sh tools/prerequisites.sh
	$(BIN)/pytest -q -m soak --timeout 3600

bench: $(VENV)/ready
	$(BIN)/python bench/incidents_page.py
	$(BIN)/python bench/acknowledge.py
	$(BIN)/python bench/crowd.py
	$(BIN)/python bench/ingest.py

docs: $(VENV)/ready
	$(BIN)/python tools/reference.py

words: $(VENV)/ready
	$(BIN)/python tools/words.py
	$(BIN)/python tools/words.py --check

pictures: $(VENV)/ready
	$(BIN)/python tools/pictures.py docs/images

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
