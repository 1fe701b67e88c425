"""The one file and what keeps it whole: open, write, schema, journal, wiping, searching for traces."""
