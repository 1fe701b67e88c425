"""The staff pages, the hallway's duty board, and the command line."""

import mentoring  # noqa: F401 # first: loads the database code without slow imports
