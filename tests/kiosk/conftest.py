"""The kiosk's tests use what both doors share."""
