"""Badges: from a number to a printed card, from a camera frame back to a number. Knows no database and no web."""
