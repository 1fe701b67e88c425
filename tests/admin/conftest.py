"""The staff pages' tests use what both doors share."""
