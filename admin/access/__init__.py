"""Accounts of staff: log-in, passwords, second factors and the recovery key."""
