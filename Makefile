# Two commands matter: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv/bin
ROOMS := workspace plans visits forums groups notices collab live files markup sockets prepared
PRODUCTION = DEMO=0 ALLOWED_HOSTS=workspace.example DATABASE_URL=postgres://nobody@127.0.0.1/none \
  SECRET_KEY=$$($(VENV)/python -c "import secrets; print(secrets.token_urlsafe(64))")

.PHONY: help run test check vendor requirements messages screens tour bench soak fuzz install-dev
.DEFAULT_GOAL := help

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

run: ## start the workspace on http://localhost:8000 (PORT= changes it); needs Python 3.11 only
	@exec $(PYTHON) workspace/bootstrap.py run

test: install-dev ## run every test, in a browser and against PostgreSQL and Redis too
	@$(VENV)/python -m tests.run

check: install-dev ## lint, types, import contracts, migrations, deployment, the committed bundle
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy .
	$(VENV)/lint-imports
	$(VENV)/djlint --lint --quiet $(ROOMS)
	$(VENV)/djade --check --target-version 5.2 $$(git ls-files '*.html')
	$(VENV)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(VENV)/python -W error manage.py check --deploy --fail-level WARNING
	@if command -v node >/dev/null; then cd frontend && npm ci --silent && node build.mjs --check; \
	 else echo "No Node here: the committed bundle was not compared with a rebuild."; fi

vendor: ## rebuild what comes from npm (needs Node): the committed bundle, styles, fonts, icons, map
	cd frontend && npm ci --silent && node build.mjs

messages: install-dev ## bring the catalogues of translations up to date with the strings
	@$(VENV)/python -m tests.messages

screens: install-dev ## pictures of every main page, at three widths, light and dark, into var/screens
	@$(VENV)/python -m tests.screens var/screens

tour: install-dev ## walk the paths of docs/tour.md in a browser and retake its pictures (and the README's)
	@$(VENV)/python -m tests.tour docs/images/tour

BENCH ?= forum_fanout document_sync document_open pages slow_line
bench: install-dev ## measure beside the peers (needs Node; BENCH= chooses one), results into bench/results/
	@set -e; for each in $(BENCH); do $(VENV)/python -m bench.$$each; done

soak: install-dev ## the bad days, long: 1,000 kills (ROUNDS=), 2,000 sockets (SOCKETS=), five minutes of 16 writers; hours
	@$(VENV)/python -m tests.soak soak

fuzz: install-dev ## ten million frames that nobody should send (FRAMES=, SEED=)
	@$(VENV)/python -m tests.soak fuzz

requirements: install-dev ## resolve requirements*.in into the pinned requirements*.txt
	for name in requirements requirements-dev; do $(VENV)/pip-compile --quiet --strip-extras --no-annotate --no-header \
	  --no-emit-find-links --no-emit-index-url --no-emit-options --no-emit-trusted-host -o $$name.txt $$name.in; done

install-dev:
	@$(PYTHON) workspace/bootstrap.py install-dev
