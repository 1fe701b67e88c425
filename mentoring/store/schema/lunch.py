"""The schema of `lunch`: duties, today's help requests (P7), and the counts that are left of them (P8, P9)."""

SCHEMA = """
-- Mentors who were on duty, from scan-in to scan-out; `assumed`: the end was not scanned; `mood`: one of five faces.
create table duties (
    id         integer primary key,
    drop_in_id integer not null references drop_ins (id),
    mentor_id  integer not null references mentors (id),
    badge_id   integer not null references badges (id),
    started    text not null,
    ended      text,
    assumed    integer not null default 0 check (assumed in (0, 1)),
    mood       integer check (mood between 1 and 5)
) strict;

create unique index one_open_duty on duties (drop_in_id, mentor_id) where ended is null;
create index duties_of_a_mentor on duties (mentor_id);

-- What the lead put right about who came to a drop-in.
create table attendance_corrections (
    drop_in_id integer not null references drop_ins (id),
    mentor_id  integer not null references mentors (id),
    outcome    text not null check (outcome in ('came', 'late', 'excused', 'no_show')),
    by         text not null,
    at         text not null,
    primary key (drop_in_id, mentor_id)
) strict, without rowid;

-- What a pupil asked today: no name, no address, no time; all of it goes at close of day.
create table help_requests (
    id         text primary key,
    key        text not null unique,
    drop_in_id integer not null references drop_ins (id),
    place      integer not null,
    ticket     text not null,
    topic      text not null,
    wish       integer references mentors (id),
    state      text not null check (state in ('asked', 'taken', 'done', 'withdrawn', 'not_found')),
    outcome    text not null default '',
    taken_by   integer references mentors (id),
    missed     integer not null default 0,
    spent      integer not null default 0 check (spent in (0, 1)),
    unique (drop_in_id, place),
    unique (drop_in_id, ticket)
) strict, without rowid;

-- How many asked on a drop-in; never crossed with topics.
create table visits (
    drop_in_id integer primary key references drop_ins (id),
    asked      integer not null
) strict;

-- How many asked about a topic in a half term.
create table topics (
    half_term text not null,
    topic     text not null,
    asked     integer not null,
    primary key (half_term, topic)
) strict, without rowid;

-- The half terms that counts are told by, each with the threshold it was told under.
create table stretches (
    id        integer primary key,
    key       text not null unique,
    name      text not null,
    first     text not null,
    last      text not null,
    ends      text not null,
    threshold integer not null,
    over      integer not null check (over in (0, 1))
) strict;

-- Drop-ins in a row that are counted together, so that no small number is ever told.
create table blocks (
    id         integer primary key,
    stretch_id integer not null references stretches (id),
    first      text not null,
    last       text not null,
    drop_ins   integer not null,
    asked      integer not null,
    threshold  integer not null
) strict;

create index blocks_of_a_stretch on blocks (stretch_id);

-- Searches of the box's files for traces of requests after close of day: bytes looked at, and traces found.
create table self_tests (
    id     integer primary key,
    at     text not null,
    looked integer,
    traces integer
) strict;

-- The kiosk's cameras as its page last found them; `kept`: the one it opens first. No picture and no time.
create table cameras (
    name  text primary key,
    state text not null
          check (state in ('sees', 'untried', 'dark', 'still', 'silent', 'shut', 'gone', 'infrared')),
    kept  integer not null default 0 check (kept in (0, 1))
) strict, without rowid;

create unique index one_kept_camera on cameras (kept) where kept = 1;

-- The code that opens the choice of a camera at the kiosk once, hashed, and until when.
create table camera_code (
    id    integer primary key check (id = 1),
    hash  text not null,
    until text not null
) strict;
"""
