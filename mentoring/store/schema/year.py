"""The schema of `year`: which school years were ended."""

SCHEMA = """
-- School years that were ended, when and by whom.
create table year_ends (
    year integer primary key,
    at   text not null,
    by   text not null
) strict;
"""
