"""The touchscreen in the drop-in room. Listens on loopback only; no log-in, no cookie."""

import mentoring  # noqa: F401 # first of all: it loads the store without what would weigh the door down
