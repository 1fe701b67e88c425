"""The schema of `school`: the programme, its school year and its drop-ins."""

SCHEMA = """
-- The school and its one programme: its hours, the addresses of its screens, and what holds for everybody.
-- `mark` tells this programme from an earlier one in the same folder. `staff_room_opened` is when a screen on which
-- nobody was logged in first had the staff room's address open. `odd_scan` is the last day on which the kiosk's scanner
-- sent what is no badge.
create table programme (
    id               integer primary key check (id = 1),
    school           text not null,
    name             text not null,
    zone             text not null,
    mark             text not null default '',
    week_a           text,
    closed_weeks_shift integer not null default 0 check (closed_weeks_shift in (0, 1)),
    staffed_days     text not null,
    staffed_from     text not null,
    staffed_until    text not null,
    board_link       text not null unique,
    staff_room_link  text,
    staff_room_opened text,
    calendar_stem    text,
    duties_a_week    integer not null default 2 check (duties_a_week between 1 and 5),
    late_after       integer not null default 5 check (late_after between 0 and 30),
    gaps_before      integer not null default 15 check (gaps_before between 0 and 60),
    small_swaps_pass integer not null default 0 check (small_swaps_pass in (0, 1)),
    deputy_after     integer not null default 3,
    everyone_after   integer not null default 6,
    all_need_a_code  integer not null default 0 check (all_need_a_code in (0, 1)),
    small_numbers    integer not null default 6 check (small_numbers between 3 and 20),
    kiosk_zoom       integer not null default 100 check (kiosk_zoom in (100, 125, 150, 200)),
    kiosk_reader     integer not null default 0 check (kiosk_reader in (0, 1)),
    odd_scan         text
) strict;

-- The half terms of the school year, first and last day.
create table half_terms (
    id     integer primary key,
    name   text not null,
    starts text not null unique,
    ends   text not null
) strict;

-- Closed days within a half term, first and last day.
create table closures (
    id     integer primary key,
    reason text not null,
    starts text not null unique,
    ends   text not null
) strict;

-- The weekly pattern that drop-ins come from: day 0 is Monday; week '' is every week.
create table slots (
    id       integer primary key,
    day      integer not null check (day between 0 and 6),
    start    text not null,
    until    text not null,
    room     text not null,
    week     text not null check (week in ('', 'A', 'B')),
    adult_id integer not null references staff (id),
    places   integer not null default 2 check (places between 2 and 6),
    begins   text not null,
    ended    text
) strict;

-- One lunchtime in one room on one date; `closed` says why it was called off; `version` counts changes of its pair.
create table drop_ins (
    id         integer primary key,
    slot_id    integer not null references slots (id),
    date       text not null,
    room       text not null,
    starts     text not null,
    ends       text not null,
    adult_id   integer not null references staff (id),
    places     integer not null default 2 check (places between 2 and 6),
    version    integer not null default 0,
    changed    text,
    changed_by text not null default '',
    closed     text,
    unique (slot_id, date)
) strict;

create index drop_ins_by_date on drop_ins (date);
create index drop_ins_by_start on drop_ins (starts);

-- Drop-ins that take place: neither called off nor on a closed day.
create view taking_place as
select * from drop_ins
 where closed is null
   and not exists (select 1 from closures where drop_ins.date between closures.starts and closures.ends);
"""
