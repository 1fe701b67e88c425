"""The schema of `access`: staff, their log-ins and second factors, and the keys that open what is sealed (P15)."""

SCHEMA = """
-- Adults with an account; one of them is the lead, and no two who are here share an address.
create table staff (
    id       integer primary key,
    name     text not null,
    email    text not null collate nocase,
    password text not null,
    role     text not null check (role in ('lead', 'deputy', 'safeguarding_lead', 'helper', 'it')),
    room     text not null,
    phone    text not null,
    ended    text,
    check (ended is null or role <> 'lead')
) strict;

create unique index one_lead on staff (role) where role = 'lead';
create unique index one_address on staff (email) where ended is null;

-- Log-ins that stand; only a hash of the browser's token is kept.
create table log_ins (
    token_hash text primary key,
    staff_id   integer not null references staff (id),
    started    text not null,
    last_click text not null
) strict, without rowid;

create index log_ins_of_somebody on log_ins (staff_id);

-- Browsers that somebody logged in from before, as hashes, so that a new one is told from them.
create table known_browsers (
    token_hash text primary key,
    staff_id   integer not null references staff (id),
    last_used  text not null
) strict, without rowid;

-- Secrets for time-based one-time codes; `last_step` is the step of the last code accepted, so none counts twice.
create table second_factors (
    staff_id  integer primary key references staff (id),
    secret    text not null,
    confirmed text,
    last_step integer not null default 0
) strict;

-- Codes for whoever lost the second factor, as hashes; each counts once.
create table recovery_codes (
    code_hash text primary key,
    staff_id  integer not null references staff (id),
    made      text not null,
    used      text
) strict, without rowid;

create index recovery_codes_of_somebody on recovery_codes (staff_id);

-- Codes printed on paper that let somebody in once, as hashes.
create table printed_codes (
    id             integer primary key,
    staff_id       integer not null references staff (id),
    code_hash      text not null unique,
    made           text not null,
    until          text not null,
    forgets_factor integer not null check (forgets_factor in (0, 1)),
    ended          text
) strict;

create unique index one_printed_code on printed_codes (staff_id) where ended is null;

-- Keys that concerns and backups are sealed to: the public half, and the private half locked with its owner's
-- password. The recovery key has no owner and no private half here; `asked_words` hashes three words of its paper.
create table keys (
    id          integer primary key,
    staff_id    integer references staff (id),
    public      text not null unique,
    locked      blob,
    made        text not null,
    ended       text,
    asked_words text,
    confirmed   text
) strict;

create unique index one_good_key on keys (coalesce(staff_id, 0)) where ended is null;

-- What the box signs backups with: it follows from the recovery key on paper, and is in no backup.
create table signing_keys (
    key_id integer primary key references keys (id),
    secret blob not null
) strict;
"""
