"""Adults who may come in: staff, passwords, second factors, keys."""
