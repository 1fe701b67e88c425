"""The commands of `dropin`, the supervisor of the web processes, and the example school."""
