"""Concerns, which are stored encrypted: writing, reading and handing over."""
