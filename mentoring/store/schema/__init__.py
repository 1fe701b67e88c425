"""The schema, a file an area: each table, index, trigger and view as SQL, with a sentence saying what it is.

A migration runs these texts, so a released text is never edited: a new table is a new text in its area's
file and a new migration that runs it; a changed table is a new migration, and a line here that says which.
"""
