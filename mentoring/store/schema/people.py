"""The schema of `people`: mentors, their badges and photographs, and what badges are printed with."""

SCHEMA = """
-- Older pupils who are trained to listen. `consent`: whether screens in rooms and hallways may show the name.
create table mentors (
    id           integer primary key,
    given_name   text not null,
    family_name  text not null,
    display_name text not null,
    year_group   text not null,
    experienced  integer not null check (experienced in (0, 1)),
    email        text not null,
    consent      text not null check (consent in ('not_asked', 'proposed', 'agreed', 'refused')),
    state        text not null check (state in ('active', 'paused', 'left'))
) strict;

-- Badges that were ever issued; a mentor has at most one that has not ended, and no number is given twice.
create table badges (
    id        integer primary key,
    mentor_id integer not null references mentors (id),
    number    integer not null unique,
    issued    text not null,
    printed   text,
    ended     text,
    ended_how text check (ended_how in ('replaced', 'revoked'))
) strict;

create unique index one_good_badge on badges (mentor_id) where ended is null;

-- Photographs for the staff room, of mentors who agreed.
create table photos (
    mentor_id integer primary key references mentors (id),
    picture   blob not null,
    agreed    text not null
) strict;

create trigger a_leavers_photo_goes after update of state on mentors
 when new.state = 'left' and new.id not in (select id from held_mentors)
begin delete from photos where mentor_id = new.id; end;

-- Measured printers: how far each prints from where it should, in millimetres, and its scale.
create table printers (
    id     integer primary key,
    name   text not null unique,
    left   real not null,
    top    real not null,
    across real not null,
    down   real not null
) strict;

-- What badges were printed on last.
create table printing_choice (
    id         integer primary key check (id = 1),
    sheet      text not null,
    two_sided  integer not null check (two_sided in (0, 1)),
    printer_id integer references printers (id)
) strict;

-- The school's logo, for badges.
create table logo (
    id      integer primary key check (id = 1),
    picture blob not null
) strict;
"""
