"""Personal data: what is stored, how long, legal holds, erasure, subject access and the privacy papers."""
