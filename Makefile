# Two commands do everything on a fresh Debian with Python 3.11 and make: `make serve` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SITE ?= examples/rights-in-russia
HOST ?= 127.0.0.1
PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help serve test check check-clients format docs wheel bench bench-quick lighthouse clean assets
help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: $(VENV)/.khronika assets ## set up, publish the example site if needed, and serve it on http://127.0.0.1:8000/
	$(BIN)/khronika serve $(SITE) --host $(HOST) --port $(PORT)

test: $(VENV)/.developing assets ## set up and run all tests
	@sh setup/browser
	@$(BIN)/python setup/npm_folder.py setup/html-validate
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not clients and not alone"
	$(BIN)/python -m pytest -n0 -rP -m alone tests/soak

check: $(VENV)/.developing assets ## lint, types, tests, generated docs up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(MAKE) test

check-clients: $(VENV)/.developing assets ## ask with Comunica from npm, unchanged (fetches 400 MB)
	@sh setup/fetch-clients "$(BIN)"
	$(BIN)/python -m pytest -n0 -m clients tests/clients

format: $(VENV)/.developing ## put the code in the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.developing ## write the generated pages of docs/ anew
	$(BIN)/python -m khronika.documentation

wheel: $(VENV)/.developing assets ## build the wheel into dist/
	$(BIN)/python -m build --wheel --outdir dist

bench-quick: $(VENV)/.developing assets ## answers a second beside Oxigraph's server and rdflib-endpoint, as ratios
	$(BIN)/python bench/endpoint.py --triples 100000
	$(BIN)/python bench/endpoint.py --triples 1000000

bench: bench-quick ## all measurements: checking, search and pages beside others, one change beside all, recovery
	$(BIN)/python bench/check.py --triples 1000000 --core
	$(BIN)/python bench/pages.py
	$(BIN)/python bench/cold.py .work/pages-100000/site
	$(BIN)/python bench/publish.py --triples 1000000 --recovery
	$(BIN)/python bench/search.py .work/pages-100000/site

lighthouse: $(VENV)/.developing assets ## Lighthouse's scores of each kind of page, in the form of a phone; takes minutes
	@sh setup/browser
	$(BIN)/python bench/phone.py

clean: ## remove what was set up and built, and the example's published state
	rm -rf $(VENV) node_modules dist build $(SITE)/var

$(VENV)/bin/pip:
	@sh setup/make-venv "$(PYTHON)" "$(VENV)"

$(VENV)/.khronika: $(VENV)/bin/pip pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.developing: $(VENV)/bin/pip pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.khronika

# Fonts and the query editor: npm packages pinned by package-lock.json. Without them pages use the reader's own fonts.
assets: server/static/vendor/.fetched
server/static/vendor/.fetched: package.json package-lock.json $(VENV)/bin/pip
	@sh setup/fetch-assets "$(BIN)"
