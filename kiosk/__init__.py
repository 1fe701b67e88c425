"""The touchscreen in the drop-in room. Listens on loopback only; no log-in, no cookie."""

import mentoring  # noqa: F401 # the first import: it loads sqlite-utils without numpy and pandas
