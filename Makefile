# The front door. `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup dev demo serve test test-python test-postgresql test-node check fix lock viewer bench fuzz docs pictures clean new-source

PORT ?= 8000
VIEWER := looker_templates/viewer
# Where the environment forbids Python to keep what it compiles, each of the tests' hundred processes would compile anew.
export PYTHONDONTWRITEBYTECODE :=
KNOWS_NO_FILE := not never_shown and not kept_encrypted and not neither_database# those look into the file of SQLite
ON_POSTGRESQL := people roles connections_api connect_link shares jobs sync_jobs sync_schedule schedules oauth_access identity push usage session

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: ## Make .venv with the belvedere command in it
	@sh .ci/setup run

dev: ## The same with everything that the tests need
	@sh .ci/setup dev

demo: setup ## Load demo data and open the first report on http://127.0.0.1:8000
	@exec .venv/bin/belvedere demo --port $(PORT)

serve: setup ## Serve your own data
	@exec .venv/bin/belvedere serve --port $(PORT)

test: dev ## Run every check and test: Python, Node, browser
	@sh .ci/test-tools
	@$(MAKE) --no-print-directory viewer
	@$(MAKE) --no-print-directory -j2 --output-sync=target check test-node
	@$(MAKE) --no-print-directory test-python

check: dev ## Lint, types and import rules
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

test-node: dev viewer ## The viewer's and the Apps Script connector's tests
	cd $(VIEWER) && npm test --silent
	node --test --test-concurrency=2 apps_script/test/*.test.js

viewer: $(VIEWER)/node_modules/.package-lock.json ## Rebuild the viewer; fails if the committed build differs
	cd $(VIEWER) && npm run build --silent
	git diff --exit-code --stat looker_templates/static

$(VIEWER)/node_modules/.package-lock.json: $(VIEWER)/package-lock.json
	cd $(VIEWER) && npm ci --silent --no-audit --no-fund

test-python: dev ## Python tests; beside them the browser's, which mostly wait and keep an event loop that others cannot share
	@shared=$$(mktemp -d) && trap 'rm -rf "$$shared"' EXIT && export TESTS_SHARED_DIR="$$shared" && set -x && \
	{ .venv/bin/pytest tests/browser > "$$shared/browser.log" 2>&1 & } && browser=$$! && \
	{ .venv/bin/pytest -n 3 --dist worksteal --ignore tests/browser && others=0 || others=1; } && \
	{ wait $$browser && shown=0 || shown=1; } && cat "$$shared/browser.log" && test $$others$$shown = 00

test-postgresql: dev ## Tests of people, connections, shares, jobs and schedules once more, with PostgreSQL under them
	TESTS_POSTGRESQL=1 .venv/bin/pytest -n 3 --dist worksteal -k '$(KNOWS_NO_FILE)' $(addprefix tests/api/test_,$(addsuffix .py,$(ON_POSTGRESQL)))

new-source: dev ## Begin a source of your own: make new-source NAME=acme
	@.venv/bin/python -m connectors._template $(NAME)

fix: dev ## Format and repair what can be repaired
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: dev ## The dashboard and the import, as ratios to raw DuckDB in the same run
	.venv/bin/python -m benchmarks

fuzz: dev ## A million random questions, from a seed that is printed: make fuzz REQUESTS=20000 SEED=6
	PYTHONPATH=. .venv/bin/python -m tests.fuzz $(if $(REQUESTS),--requests $(REQUESTS)) $(if $(SEED),--seed $(SEED))

docs: dev ## Regenerate docs/reference
	.venv/bin/python docs/generate.py

pictures: dev ## Photograph every page of every template, for docs/templates and the gallery
	@sh .ci/test-tools
	PYTHONPATH=. .venv/bin/python docs/photograph.py

lock: ## Renew the locked requirements from pyproject.toml
	.venv/bin/python -m pip install --quiet uv
	.venv/bin/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra build -o requirements/run.txt
	.venv/bin/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra build --extra dev -o requirements/dev.txt

clean: ## Remove the environment and caches; data/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis $(VIEWER)/node_modules
