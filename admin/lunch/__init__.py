"""A drop-in on its day: duty, requests, attendance, close of day and counts."""
