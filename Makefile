# One door in for people and for machines. Every target begins with setup, which is quick when nothing is to be done.
PYTHON ?= python3
BIN = .venv/bin
# The tests start hundreds of processes, and each would compile the whole again where Python may keep no bytecode.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run check quick test bench soak pictures lock

setup:
	@sh deploy/setup.sh "$(PYTHON)"

run: setup
	@exec $(BIN)/dropin demo

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# While working: the checks, and the rules and actions. Not a word about the pages, the box, the optimiser or what is
# drawn by a seed.
quick: check
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not hypothesis and not sweep" tests/mentoring tests/test_rooms.py \
		--ignore tests/mentoring/box --ignore tests/mentoring/planning/optimiser

# Three at once on two cores: a browser's test mostly waits. What fails among a score of browsers on two busy cores is asked once more, alone: what the machine did fails once, what
# the code does fails twice. Both are printed.
test: check
	$(BIN)/python -m pytest -n 3 --dist worksteal || $(BIN)/python -m pytest --last-failed

bench: setup
	$(BIN)/python -m benchmarks

# For hours: property tests at their full budget, the tests marked `sweep`, and 10,000 kills and faults, or as many as
# `make soak KILLS=300` says. Ctrl-C ends them with their count.
soak: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "hypothesis or sweep" --hypothesis-profile=full
	$(BIN)/python -m benchmarks.soak $(KILLS)
	$(BIN)/python -m benchmarks.faults
	$(BIN)/python -m benchmarks.power_cut
	$(BIN)/python -m benchmarks.fuzz
	$(BIN)/python -m benchmarks.slow_clients
	$(BIN)/python -m benchmarks.month

# The pictures of the README and the guide, anew: look at each before it is handed over.
pictures: setup
	DROPIN_PICTURES=build/pictures $(BIN)/python -m pytest -n 2 tests/journeys/test_screens.py tests/journeys/test_kiosk_pages.py
	@for each in docs/pictures/guide/*.png; do cp "build/pictures/$${each##*/}" "$$each"; done

lock: setup
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -c requirements.lock -o requirements-dev.lock
