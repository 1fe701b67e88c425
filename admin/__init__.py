"""What staff see and do, the duty board for the hallway, and the command line."""
