"""The programme itself: what a school's peer mentoring is and remembers. Knows no web, no HTML and no camera."""

import importlib
import sys

# sqlite-utils loads numpy and pandas wherever they are installed, only to know their types; the planner's engine brings
# both. In each door that would be 30 MB and nearly half a second for nothing. So they are hidden while it loads, by the
# None that Python itself keeps for "not to be imported", and then no more: the planner's child does need them. The
# doors' packages import this one before anything else.
_hidden = [name for name in ("numpy", "pandas") if name not in sys.modules]
for _name in _hidden:
    sys.modules[_name] = None  # type: ignore[assignment]
importlib.import_module("sqlite_utils")
for _name in _hidden:
    del sys.modules[_name]
