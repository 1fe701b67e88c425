"""`dropin`: its commands, the keeper of both doors, the example school."""
