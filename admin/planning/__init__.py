"""Who is due when: availability, rota, cover, calendars and the optimiser."""
