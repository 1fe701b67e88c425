"""The programme and its year: name, hours, slots, terms, closures, drop-ins."""
