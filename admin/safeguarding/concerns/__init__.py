"""Sealed records: writing, reading, handing over."""
