# make crawl: set up, crawl the recorded sample paper into data/news.db.  make test: set up, run every check.
.DEFAULT_GOAL := crawl
PYTHON ?= python3
UV := .uv/bin/uv
RUN := $(UV) run --frozen --quiet
# Where Python may not keep what it compiles (PYTHONDONTWRITEBYTECODE), every command would compile all libraries anew.
export UV_COMPILE_BYTECODE := 1

.PHONY: setup crawl test lint format soak bench clean

setup: .venv/.ready

$(UV):
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check "uv>=0.9,<1"

.venv/.ready: $(UV) pyproject.toml uv.lock
	$(UV) sync --frozen --quiet --python .uv/bin/python
	@touch $@

crawl: setup
	$(RUN) scrapy sample

test: lint
	$(RUN) scrapy check
	$(RUN) pytest -n 4 -m "not soak"

lint: setup
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

format: setup
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

soak: setup
	$(RUN) pytest -m soak

bench: setup
	$(RUN) --group bench python -m benchmarks

clean:
	rm -rf .venv .uv .pytest_cache .mypy_cache .ruff_cache
