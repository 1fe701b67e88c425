"""Benchmarks: the product beside what a user would pick instead, or beside its own promise, in one run."""
