"""The programme itself: what a school's peer mentoring is and remembers. Knows no web, no HTML and no camera."""

import importlib
import sys

# sqlite-utils imports numpy and pandas where they are installed, only to know their types; OR-Tools installs both. That
# would cost each door 30 MB and nearly half a second. A None in sys.modules makes their import fail while sqlite-utils
# loads; it is removed afterwards, because the planner's child process needs both. The packages of the doors import this
# package before anything else.
_hidden = [name for name in ("numpy", "pandas") if name not in sys.modules]
for _name in _hidden:
    sys.modules[_name] = None  # type: ignore[assignment]
importlib.import_module("sqlite_utils")
for _name in _hidden:
    del sys.modules[_name]
