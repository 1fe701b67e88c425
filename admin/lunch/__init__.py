"""What happens in the room: duty, requests, attendance, close of day, counts."""
