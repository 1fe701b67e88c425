"""An adult now, and a record: alerts, channels, drills, concerns."""
