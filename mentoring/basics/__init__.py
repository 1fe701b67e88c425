"""What knows no noun and no database: the clock, the settings, a form's faults, files people bring, sealing."""
