"""Mentors: their list, pages, badges and photographs."""
