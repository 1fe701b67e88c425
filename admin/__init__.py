"""What staff see and do, the duty board for the hallway, and the command line."""

import mentoring  # noqa: F401 # first of all: it loads the store without what would weigh the door down
