"""The schema of `planning`: availability, the rota and how it was before, cover, calendars' addresses, leavings."""

SCHEMA = """
-- When a mentor cannot come or would rather: each week on a day, or between two dates.
create table availability (
    id        integer primary key,
    mentor_id integer not null references mentors (id),
    means     text not null check (means in ('not_free', 'prefers')),
    day       integer check (day between 0 and 6),
    week      text not null default '' check (week in ('', 'A', 'B')),
    starts    text,
    ends      text,
    why       text not null check (why in ('', 'exam', 'trip', 'other')),
    reason    text not null,
    check ((day is null) <> (starts is null) and (starts is null) = (ends is null))
) strict;

create index availability_of_a_mentor on availability (mentor_id);

-- The most duties a week that a mentor takes, where it is not what holds for everybody.
create table caps (
    mentor_id integer primary key references mentors (id),
    per_week  integer not null check (per_week between 0 and 5)
) strict;

-- Two mentors who are never a pair, the smaller id first.
create table apart (
    mentor_id integer not null references mentors (id),
    other_id  integer not null references mentors (id),
    why       text not null check (why in ('kin', 'conflict', 'other')),
    set_by    text not null,
    primary key (mentor_id, other_id),
    check (mentor_id < other_id)
) strict, without rowid;

-- Who is due on which drop-in; `pinned` was set by hand, and the planner leaves it.
create table due (
    drop_in_id integer not null references drop_ins (id),
    mentor_id  integer not null references mentors (id),
    pinned     integer not null default 0 check (pinned in (0, 1)),
    primary key (drop_in_id, mentor_id)
) strict, without rowid;

create index due_of_a_mentor on due (mentor_id);

-- Who was due on a drop-in at some time and is no longer.
create table once_due (
    drop_in_id integer not null references drop_ins (id),
    mentor_id  integer not null references mentors (id),
    primary key (drop_in_id, mentor_id)
) strict, without rowid;

-- Changes of the rota that can be taken back.
create table rota_changes (
    id integer primary key,
    at text not null,
    by text not null
) strict;

-- Who was due on a drop-in before such a change, as JSON.
create table earlier_due (
    change_id  integer not null references rota_changes (id) on delete cascade,
    drop_in_id integer not null references drop_ins (id),
    due        text not null,
    version    integer not null,
    primary key (change_id, drop_in_id)
) strict, without rowid;

-- Changes of the weekly pattern that can be taken back: its rows before and after, and how the drop-ins that moved or
-- were called off were before, all as JSON.
create table pattern_changes (
    id       integer primary key,
    at       text not null,
    by       text not null,
    pattern  text not null,
    drop_ins text not null
) strict;

-- Rules of the rota that somebody broke on purpose, with the reason.
create table overrides (
    id         integer primary key,
    drop_in_id integer not null references drop_ins (id),
    rules      text not null,
    reason     text not null,
    by         text not null,
    at         text not null
) strict;

-- Cover that a mentor asked for; with a drop-in given back it is a swap.
create table cover_requests (
    id              integer primary key,
    drop_in_id      integer not null references drop_ins (id),
    mentor_id       integer not null references mentors (id),
    kind            text not null check (kind in ('exam', 'ill', 'trip', 'other')),
    asked           text not null,
    state           text not null check (state in ('open', 'taken', 'approved', 'withdrawn')),
    taken_by        integer references mentors (id),
    back_drop_in_id integer references drop_ins (id),
    decided         text,
    decided_by      text
) strict;

create unique index one_live_request on cover_requests (drop_in_id, mentor_id)
 where state in ('open', 'taken');
create index cover_requests_of_a_drop_in on cover_requests (drop_in_id);

-- Whom the lead asked to cover.
create table cover_asked (
    request_id integer not null references cover_requests (id),
    mentor_id  integer not null references mentors (id),
    at         text not null,
    primary key (request_id, mentor_id)
) strict, without rowid;

-- Secret addresses of calendars: each mentor's own, and without a mentor the whole programme's.
create table calendar_links (
    id        integer primary key,
    mentor_id integer references mentors (id),
    link      text not null unique,
    made      text not null,
    ended     text
) strict;

create unique index one_good_link on calendar_links (coalesce(mentor_id, 0)) where ended is null;

-- What a mentor's leaving ended, as JSON, kept for the school's day on which it can be taken back.
create table leavings (
    mentor_id integer primary key references mentors (id),
    at        text not null,
    day       text not null,
    by        text not null,
    ended     text not null
) strict;
"""
