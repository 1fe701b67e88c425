"""The schema of `store`: the journal and its guards (P17), and when the file was rewritten (P8)."""

SCHEMA = """
-- The paper trail: what changed, by whom, when, in ids alone; each row holds the hash of the row before it.
create table journal (
    id       integer primary key,
    year     integer not null,
    at       text not null,
    actor    text not null,
    what     text not null,
    about    text not null,
    previous text not null,
    hash     text not null unique
) strict;

create index journal_of_the_clock on journal (id) where what in ('clock.doubted', 'clock.confirmed');

-- Years of the journal whose time was over, with how many rows went and the last hash: only such a year may go.
create table journal_drops (
    year integer primary key,
    at   text not null,
    gone integer not null,
    head text not null
) strict;

create trigger journal_is_never_edited before update on journal
begin select raise(abort, 'the journal is only ever added to'); end;

create trigger journal_is_never_deleted before delete on journal
 when not exists (select 1 from journal_drops where year = old.year)
begin select raise(abort, 'the journal is only ever added to'); end;

create trigger a_journal_year_goes_only_when_it_is_old before insert on journal_drops
 when new.year > (select max(year) from journal) - 3
begin select raise(abort, 'the journal is only ever added to'); end;

create trigger a_dropped_year_stays_dropped before update on journal_drops
begin select raise(abort, 'the journal is only ever added to'); end;

create trigger a_dropped_year_stays_written before delete on journal_drops
begin select raise(abort, 'the journal is only ever added to'); end;

-- When something was erased, and when the file was then rewritten so that no deleted byte is left in it.
create table wipes (
    id   integer primary key,
    at   text not null,
    done text
) strict;
"""
