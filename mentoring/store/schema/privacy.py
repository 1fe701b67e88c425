"""The schema of `privacy`: periods, legal holds (P18), who left and who was erased (P19), signed papers."""

SCHEMA = """
-- The periods that the school chose for how long a class of data is kept, with their source.
create table retention_periods (
    class  text primary key,
    count  integer not null check (count between 0 and 9999),
    source text not null,
    review text not null,
    set_at text not null,
    set_by text not null
) strict, without rowid;

-- Days on which the box went through the periods.
create table retention_runs (
    day text primary key,
    at  text not null
) strict, without rowid;

-- Legal holds: what is about this mentor, this member of staff or in this class is kept until the hold ends.
create table holds (
    id        integer primary key,
    mentor_id integer references mentors (id),
    staff_id  integer references staff (id),
    class     text,
    reason    text not null,
    begun     text not null,
    begun_by  text not null,
    ended     text,
    ended_by  text,
    check ((mentor_id is not null) + (staff_id is not null) + (class is not null) = 1)
) strict;

create view held_mentors as select mentor_id as id from holds where mentor_id is not null and ended is null;

create view held_staff as select staff_id as id from holds where staff_id is not null and ended is null;

-- Since when somebody is no longer here, for periods that run from their leaving.
create table leavers (
    whom      text not null check (whom in ('mentor', 'staff')),
    person_id integer not null,
    noted     text not null,
    primary key (whom, person_id)
) strict, without rowid;

-- Who was erased, so that no older backup brings them back.
create table erased (
    whom      text not null check (whom in ('mentor', 'staff')),
    person_id integer not null,
    at        text not null,
    by        text not null,
    why       text not null check (why in ('asked', 'retention', 'restored')),
    primary key (whom, person_id)
) strict, without rowid;

-- Signatures under the record of processing and the impact assessment, with a hash of what each rested on.
create table sign_offs (
    id          integer primary key,
    paper       text not null check (paper in ('record', 'assessment')),
    at          text not null,
    by          text not null,
    words       text not null,
    fingerprint text not null
) strict;
"""
