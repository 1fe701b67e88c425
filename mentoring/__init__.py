"""The programme itself: what a school's peer mentoring is and remembers. Knows no web, no HTML and no camera."""
