"""Alerts, message channels, drills and concerns."""
