"""The school year: weekly slots, half terms, closed days and single drop-ins."""
