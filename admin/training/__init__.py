"""What a mentor learns."""
