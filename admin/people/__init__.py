"""Mentors: who they are, whether they are fit for duty, badge and photo."""
