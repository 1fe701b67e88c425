"""What is kept, how long, and how it goes: data map, holds, retention, erasure, subject access, papers."""
