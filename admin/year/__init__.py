"""The year looked back on: its end."""
