"""What is around every page: rights, ways in, downloads, squares, days in words."""
