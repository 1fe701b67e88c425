"""Who comes when: availability, rota, cover, calendars, the optimiser."""
