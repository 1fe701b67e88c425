"""What a mentor learns and promises: what to say, and later modules, ground rules and resources."""
