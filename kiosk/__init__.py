"""The touchscreen in the drop-in room. Listens on loopback only; no log-in, no cookie."""
