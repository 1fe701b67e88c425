"""Migrations: the store's diary. Append, never edit once released; each runs whole or not at all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database, Migrations

from mentoring.store.database import OURS, DatabaseTrouble, write


def _run(db: Database, *statements: str) -> None:
    for statement in statements:
        db.execute(statement)


def m001_programme(db: Database) -> None:
    """The school, its staff and their log-ins."""
    _run(
        db,
        """
        create table programme (
            id            integer primary key check (id = 1),
            school        text not null,
            name          text not null,
            zone          text not null,
            board_link    text not null unique,
            week_a        text,
            staffed_days  text not null,
            staffed_from  text not null,
            staffed_until text not null
        ) strict""",
        """
        create table staff (
            id       integer primary key,
            name     text not null,
            email    text not null unique collate nocase,
            password text not null,
            role     text not null check (role in ('lead', 'deputy', 'safeguarding_lead', 'helper')),
            room     text not null,
            phone    text not null
        ) strict""",
        "create unique index one_lead on staff (role) where role = 'lead'",
        """
        create table log_ins (
            token_hash text primary key,
            staff_id   integer not null references staff (id),
            started    text not null,
            last_click text not null
        ) strict, without rowid""",
    )


def m002_mentors_and_badges(db: Database) -> None:
    """Mentors, and the register of the badges they were given."""
    _run(
        db,
        """
        create table mentors (
            id           integer primary key,
            given_name   text not null,
            family_name  text not null,
            display_name text not null,
            year_group   text not null,
            experienced  integer not null check (experienced in (0, 1)),
            email        text not null,
            shows_name   integer not null check (shows_name in (0, 1)),
            state        text not null check (state in ('active', 'paused', 'left'))
        ) strict""",
        """
        create table badges (
            id        integer primary key,
            mentor_id integer not null references mentors (id),
            number    integer not null unique,
            issued    text not null,
            printed   text,
            ended     text,
            ended_how text check (ended_how in ('replaced', 'revoked'))
        ) strict""",
        "create unique index one_good_badge on badges (mentor_id) where ended is null",
    )


def m003_drop_ins_and_duties(db: Database) -> None:
    """The weekly slots, the drop-ins that come from them, who is due, and who was there."""
    _run(
        db,
        """
        create table slots (
            id       integer primary key,
            day      integer not null check (day between 0 and 6),
            start    text not null,
            until    text not null,
            room     text not null,
            week     text not null check (week in ('', 'A', 'B')),
            adult_id integer not null references staff (id),
            begins   text not null,
            ended    text
        ) strict""",
        """
        create table drop_ins (
            id       integer primary key,
            slot_id  integer not null references slots (id),
            date     text not null,
            room     text not null,
            starts   text not null,
            ends     text not null,
            adult_id integer not null references staff (id),
            unique (slot_id, date)
        ) strict""",
        """
        create table due (
            drop_in_id integer not null references drop_ins (id),
            mentor_id  integer not null references mentors (id),
            primary key (drop_in_id, mentor_id)
        ) strict, without rowid""",
        """
        create table duties (
            id         integer primary key,
            drop_in_id integer not null references drop_ins (id),
            mentor_id  integer not null references mentors (id),
            badge_id   integer not null references badges (id),
            started    text not null,
            ended      text
        ) strict""",
        "create unique index one_open_duty on duties (drop_in_id, mentor_id) where ended is null",
        "create index duties_of_a_mentor on duties (mentor_id)",
    )


def m004_help_requests_and_alerts(db: Database) -> None:
    """What a pupil asked, without a name, an address or a time (P7); and when an adult was needed."""
    _run(
        db,
        """
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
        ) strict, without rowid""",
        """
        create table alerts (
            id              integer primary key,
            key             text not null unique,
            raised          text not null,
            room            text not null,
            mentor_id       integer references mentors (id),
            about           text not null,
            told            text,
            acknowledged    text,
            acknowledged_by integer references staff (id)
        ) strict""",
    )


def m005_journal(db: Database) -> None:
    """The paper trail; two triggers refuse whoever would change it (P17)."""
    _run(
        db,
        """
        create table journal (
            id       integer primary key,
            year     integer not null,
            at       text not null,
            actor    text not null,
            what     text not null,
            about    text not null,
            previous text not null,
            hash     text not null unique
        ) strict""",
        """
        create trigger journal_is_never_edited before update on journal
        begin select raise(abort, 'the journal is only ever added to'); end""",
        """
        create trigger journal_is_never_deleted before delete on journal
        begin select raise(abort, 'the journal is only ever added to'); end""",
    )


def m006_close_of_day(db: Database) -> None:
    """What is left of requests: visits by drop-in, topics by half term, never crossed (P8); how duties ended."""
    _run(
        db,
        """
        create table half_terms (
            id     integer primary key,
            name   text not null,
            starts text not null unique,
            ends   text not null
        ) strict""",
        """
        create table visits (
            drop_in_id integer primary key references drop_ins (id),
            asked      integer not null
        ) strict""",
        """
        create table topics (
            half_term text not null,
            topic     text not null,
            asked     integer not null,
            primary key (half_term, topic)
        ) strict, without rowid""",
        """
        create table self_tests (
            id     integer primary key,
            at     text not null,
            looked integer,
            traces integer
        ) strict""",
        "alter table duties add column assumed integer not null default 0 check (assumed in (0, 1))",
        "alter table duties add column mood integer check (mood between 1 and 5)",
    )


def m007_printing(db: Database) -> None:
    """What badges are printed with: measured printers, the choice made last, the school's logo."""
    _run(
        db,
        """
        create table printers (
            id     integer primary key,
            name   text not null unique,
            left   real not null,
            top    real not null,
            across real not null,
            down   real not null
        ) strict""",
        """
        create table printing_choice (
            id         integer primary key check (id = 1),
            sheet      text not null,
            two_sided  integer not null check (two_sided in (0, 1)),
            printer_id integer references printers (id)
        ) strict""",
        """
        create table logo (
            id      integer primary key check (id = 1),
            picture blob not null
        ) strict""",
    )


def m008_rota(db: Database) -> None:
    """Closed days, places, availability, hand edits that can be taken back, cover and swaps, calendars' links."""
    _run(
        db,
        """
        create table closures (
            id     integer primary key,
            reason text not null,
            starts text not null unique,
            ends   text not null
        ) strict""",
        "alter table slots add column places integer not null default 2 check (places between 2 and 6)",
        "alter table drop_ins add column places integer not null default 2 check (places between 2 and 6)",
        "alter table drop_ins add column version integer not null default 0",
        "alter table drop_ins add column changed text",
        "alter table drop_ins add column changed_by text not null default ''",
        "alter table drop_ins add column closed text",
        "create index drop_ins_by_date on drop_ins (date)",
        "create index drop_ins_by_start on drop_ins (starts)",
        """
        create view held_drop_ins as
        select * from drop_ins
         where closed is null
           and not exists (select 1 from closures where drop_ins.date between closures.starts and closures.ends)""",
        "alter table due add column pinned integer not null default 0 check (pinned in (0, 1))",
        "update due set pinned = 1",  # until now every pair was set by hand
        "create index due_of_a_mentor on due (mentor_id)",
        """
        alter table programme add column duties_a_week integer not null default 2
            check (duties_a_week between 1 and 5)""",
        "alter table programme add column late_after integer not null default 5 check (late_after between 0 and 30)",
        "alter table programme add column gaps_before integer not null default 15 check (gaps_before between 0 and 60)",
        """
        alter table programme add column small_swaps_pass integer not null default 0
            check (small_swaps_pass in (0, 1))""",
        "alter table programme add column calendar_stem text",
        """
        create table year_ends (
            year  integer primary key,
            at    text not null,
            by    text not null
        ) strict""",
    )
    _run(
        db,
        """
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
        ) strict""",
        "create index availability_of_a_mentor on availability (mentor_id)",
        """
        create table caps (
            mentor_id integer primary key references mentors (id),
            per_week  integer not null check (per_week between 0 and 5)
        ) strict""",
        """
        create table apart (
            mentor_id integer not null references mentors (id),
            other_id  integer not null references mentors (id),
            why       text not null check (why in ('kin', 'conflict', 'other')),
            set_by    text not null,
            primary key (mentor_id, other_id),
            check (mentor_id < other_id)
        ) strict, without rowid""",
        """
        create table rota_changes (
            id integer primary key,
            at text not null,
            by text not null
        ) strict""",
        """
        create table earlier_due (
            change_id  integer not null references rota_changes (id) on delete cascade,
            drop_in_id integer not null references drop_ins (id),
            due        text not null,
            version    integer not null,
            primary key (change_id, drop_in_id)
        ) strict, without rowid""",
        """
        create table overrides (
            id         integer primary key,
            drop_in_id integer not null references drop_ins (id),
            rules      text not null,
            reason     text not null,
            by         text not null,
            at         text not null
        ) strict""",
        """
        create table once_due (
            drop_in_id integer not null references drop_ins (id),
            mentor_id  integer not null references mentors (id),
            primary key (drop_in_id, mentor_id)
        ) strict, without rowid""",
    )
    _run(
        db,
        """
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
        ) strict""",
        """
        create unique index one_live_request on cover_requests (drop_in_id, mentor_id)
         where state in ('open', 'taken')""",
        "create index cover_requests_of_a_drop_in on cover_requests (drop_in_id)",
        """
        create table cover_asked (
            request_id integer not null references cover_requests (id),
            mentor_id  integer not null references mentors (id),
            at         text not null,
            primary key (request_id, mentor_id)
        ) strict, without rowid""",
        """
        create table attendance_corrections (
            drop_in_id integer not null references drop_ins (id),
            mentor_id  integer not null references mentors (id),
            outcome    text not null check (outcome in ('came', 'late', 'excused', 'no_show')),
            by         text not null,
            at         text not null,
            primary key (drop_in_id, mentor_id)
        ) strict, without rowid""",
        """
        create table calendar_links (
            id        integer primary key,
            mentor_id integer references mentors (id),
            link      text not null unique,
            made      text not null,
            ended     text
        ) strict""",
        "create unique index one_good_link on calendar_links (coalesce(mentor_id, 0)) where ended is null",
    )


def m009_photos(db: Database) -> None:
    """Photographs for the staff room, of those who agreed; whoever leaves takes theirs along."""
    _run(
        db,
        """
        create table photos (
            mentor_id integer primary key references mentors (id),
            picture   blob not null,
            agreed    text not null
        ) strict""",
        """
        create trigger a_leavers_photo_goes after update of state on mentors when new.state = 'left'
        begin delete from photos where mentor_id = new.id; end""",
    )


def m010_keys(db: Database) -> None:
    """Who can open what is sealed: public halves, and private halves locked with their owners' passwords (P15)."""
    _run(
        db,
        """
        create table keys (
            id       integer primary key,
            staff_id integer references staff (id),
            public   text not null unique,
            locked   blob,
            made     text not null,
            ended    text
        ) strict""",
        "create unique index one_good_key on keys (coalesce(staff_id, 0)) where ended is null",
    )


def m011_alerts(db: Database) -> None:
    """Who is told when nobody answers, every adult who is going, and the staff room's own screen."""
    _run(
        db,
        "alter table programme add column deputy_after integer not null default 3",
        "alter table programme add column everyone_after integer not null default 6",
        "alter table programme add column staff_room_link text",
        "alter table alerts add column counts_from text",
        "create index waiting_alerts on alerts (id) where acknowledged is null",
        """
        create table alert_steps (
            id       integer primary key,
            alert_id integer not null references alerts (id),
            level    text not null check (level in ('first', 'deputy', 'everyone')),
            at       text not null,
            unique (alert_id, level)
        ) strict""",
        """
        create table alert_going (
            alert_id      integer not null references alerts (id),
            staff_id      integer not null references staff (id),
            at            text not null,
            at_staff_room integer not null default 0 check (at_staff_room in (0, 1)),
            back          text,
            primary key (alert_id, staff_id)
        ) strict""",
        """
        insert into alert_going (alert_id, staff_id, at)
        select id, acknowledged_by, acknowledged from alerts where acknowledged is not null""",
    )


def m012_channels(db: Database) -> None:
    """Whom an alert reaches beyond the screens, what was sent to them, and the drills that show that it works."""
    _run(
        db,
        "alter table alerts add column drill integer not null default 0 check (drill in (0, 1))",
        """
        create table channels (
            id      integer primary key,
            name    text not null,
            url     text not null,
            level   text not null check (level in ('first', 'deputy', 'everyone')),
            made    text not null,
            ended   text,
            worked  text,
            failing text,
            fault   text not null default ''
        ) strict""",
        """
        create table messages (
            id         integer primary key,
            alert_id   integer not null references alerts (id) on delete cascade,
            step_id    integer references alert_steps (id) on delete cascade,
            going_id   integer references staff (id),
            back       integer not null default 0 check (back in (0, 1)),
            said       text,
            channel_id integer not null references channels (id),
            tried      text not null,
            sent       text,
            failed     integer not null default 0,
            outcome    text not null default '',
            check ((step_id is null) <> (going_id is null) and (going_id is null) = (said is null)),
            unique (step_id, channel_id)
        ) strict""",
        """
        create unique index one_going_message on messages (alert_id, channel_id, going_id, back, said)
         where going_id is not null""",
        "create index messages_of_a_channel on messages (channel_id)",
        """
        create table drills (
            id          integer primary key,
            alert_id    integer references alerts (id) on delete set null,
            room        text not null,
            started     text not null,
            started_by  integer not null references staff (id),
            shown       text,
            level       text,
            messages    integer,
            missed      integer,
            first_sent  text,
            last_sent   text,
            answered    text,
            answered_by integer references staff (id),
            stopped     text,
            stopped_by  integer references staff (id),
            settled     text
        ) strict""",
        """
        create table drill_screens (
            drill_id integer not null references drills (id) on delete cascade,
            staff_id integer not null references staff (id),
            at       text not null,
            primary key (drill_id, staff_id)
        ) strict, without rowid""",
    )


def m013_accounts(db: Database) -> None:
    """IT, leavers, second factors, recovery codes, printed codes that let somebody in once, and known browsers."""
    _run(
        db,
        # A table's checks only change with the table. Its rows are away for a moment, and whatever points at them is
        # asked again at the commit.
        "pragma defer_foreign_keys = on",
        "create table staff_before as select * from staff",
        "drop table staff",
        """
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
        ) strict""",
        """
        insert into staff (id, name, email, password, role, room, phone)
        select id, name, email, password, role, room, phone from staff_before""",
        "drop table staff_before",
        "create unique index one_lead on staff (role) where role = 'lead'",
        "create unique index one_address on staff (email) where ended is null",
        """
        create table second_factors (
            staff_id  integer primary key references staff (id),
            secret    text not null,
            confirmed text,
            last_step integer not null default 0
        ) strict""",
        """
        create table recovery_codes (
            code_hash text primary key,
            staff_id  integer not null references staff (id),
            made      text not null,
            used      text
        ) strict, without rowid""",
        "create index recovery_codes_of_somebody on recovery_codes (staff_id)",
        """
        create table printed_codes (
            id             integer primary key,
            staff_id       integer not null references staff (id),
            code_hash      text not null unique,
            made           text not null,
            until          text not null,
            forgets_factor integer not null check (forgets_factor in (0, 1)),
            ended          text
        ) strict""",
        "create unique index one_printed_code on printed_codes (staff_id) where ended is null",
        """
        create table known_browsers (
            token_hash text primary key,
            staff_id   integer not null references staff (id),
            last_used  text not null
        ) strict, without rowid""",
        "create index log_ins_of_somebody on log_ins (staff_id)",
        "alter table programme add column all_need_a_code integer not null default 0 check (all_need_a_code in (0, 1))",
    )


def m014_counts(db: Database) -> None:
    """Counts as they may be told (P9): drop-ins gathered in blocks, and the half terms that topics are told by.

    What was counted before is in no block and in no half term, so it is never told: nobody can subtract from it.
    """
    _run(
        db,
        """
        create table stretches (
            id        integer primary key,
            key       text not null unique,
            name      text not null,
            first     text not null,
            last      text not null,
            ends      text not null,
            threshold integer not null,
            over      integer not null check (over in (0, 1))
        ) strict""",
        """
        create table blocks (
            id         integer primary key,
            stretch_id integer not null references stretches (id),
            first      text not null,
            last       text not null,
            drop_ins   integer not null,
            asked      integer not null,
            threshold  integer not null
        ) strict""",
        "create index blocks_of_a_stretch on blocks (stretch_id)",
        """
        alter table programme add column small_numbers integer not null default 6
              check (small_numbers between 3 and 20)""",
    )


def m015_retention(db: Database) -> None:
    """What is forgotten and when: periods, legal holds, leavers, who was erased; the papers' sign-offs.

    A year of the journal may now go, whole, once it is written down that its time is over; nothing else may (P17).
    """
    _run(
        db,
        """
        create table retention_periods (
            class  text primary key,
            count  integer not null check (count between 0 and 9999),
            source text not null,
            review text not null,
            set_at text not null,
            set_by text not null
        ) strict, without rowid""",
        """
        create table retention_runs (
            day text primary key,
            at  text not null
        ) strict, without rowid""",
        """
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
        ) strict""",
        "create view held_mentors as select mentor_id as id from holds where mentor_id is not null and ended is null",
        "create view held_staff as select staff_id as id from holds where staff_id is not null and ended is null",
        """
        create table leavers (
            whom      text not null check (whom in ('mentor', 'staff')),
            person_id integer not null,
            noted     text not null,
            primary key (whom, person_id)
        ) strict, without rowid""",
        """
        create table erased (
            whom      text not null check (whom in ('mentor', 'staff')),
            person_id integer not null,
            at        text not null,
            by        text not null,
            why       text not null check (why in ('asked', 'retention', 'restored')),
            primary key (whom, person_id)
        ) strict, without rowid""",
        """
        create table wipes (
            id   integer primary key,
            at   text not null,
            done text
        ) strict""",
        """
        create table sign_offs (
            id          integer primary key,
            paper       text not null check (paper in ('record', 'assessment')),
            at          text not null,
            by          text not null,
            words       text not null,
            fingerprint text not null
        ) strict""",
        """
        create table journal_drops (
            year integer primary key,
            at   text not null,
            gone integer not null,
            head text not null
        ) strict""",
        """
        create trigger a_journal_year_goes_only_when_it_is_old before insert on journal_drops
         when new.year > (select max(year) from journal) - 3
        begin select raise(abort, 'the journal is only ever added to'); end""",
        """
        create trigger a_dropped_year_stays_dropped before update on journal_drops
        begin select raise(abort, 'the journal is only ever added to'); end""",
        """
        create trigger a_dropped_year_stays_written before delete on journal_drops
        begin select raise(abort, 'the journal is only ever added to'); end""",
        "drop trigger journal_is_never_deleted",
        """
        create trigger journal_is_never_deleted before delete on journal
         when not exists (select 1 from journal_drops where year = old.year)
        begin select raise(abort, 'the journal is only ever added to'); end""",
        "drop trigger a_leavers_photo_goes",
        """
        create trigger a_leavers_photo_goes after update of state on mentors
         when new.state = 'left' and new.id not in (select id from held_mentors)
        begin delete from photos where mentor_id = new.id; end""",
    )


def m016_concerns(db: Database) -> None:
    """Concerns: in clear nothing but numbers, states and times; every word sealed (P15), added to, never edited (P16).

    What is sealed names the keys it is sealed to (`sealed_to`), and an entry the hash of its text (`digest`), so that
    it can be sealed anew and never be another text. Its row goes only with a receipt, and under no legal hold (P18).
    """
    _run(
        db,
        """
        create table concerns (
            id       integer primary key,
            key      text not null unique,
            opened   text not null,
            staff_id integer not null references staff (id),
            state    text not null check (state in ('open', 'closed', 'handed_over')),
            alert_id integer references alerts (id),
            held     integer not null default 0 check (held in (0, 1))
        ) strict""",
        """
        create table concern_entries (
            id         integer primary key,
            concern_id integer not null references concerns (id),
            key        text not null unique,
            at         text not null,
            staff_id   integer not null references staff (id),
            kind       text not null check (kind in
                       ('first', 'added', 'correction', 'decision', 'outcome', 'passed_on', 'link')),
            digest     text not null,
            sealed     blob not null,
            sealed_to  text not null
        ) strict""",
        "create index entries_of_a_concern on concern_entries (concern_id)",
        """
        create table concern_links (
            concern_id integer not null references concerns (id),
            other_id   integer not null references concerns (id),
            primary key (concern_id, other_id)
        ) strict, without rowid""",
        """
        create table concern_drafts (
            id         integer primary key,
            key        text not null unique,
            staff_id   integer not null references staff (id),
            at         text not null,
            kind       text not null,
            concern_id integer references concerns (id),
            alert_id   integer references alerts (id),
            sealed     blob not null,
            sealed_to  text not null
        ) strict""",
        """
        create table concern_hand_overs (
            id         integer primary key,
            at         text not null,
            staff_id   integer not null references staff (id),
            pdf_sha256 text not null,
            csv_sha256 text not null,
            shredded   text,
            wiped      text
        ) strict""",
        """
        create table concern_handed (
            hand_over_id integer not null references concern_hand_overs (id),
            concern_id   integer not null references concerns (id),
            entries      integer not null,
            last_entry   integer not null,
            primary key (hand_over_id, concern_id)
        ) strict, without rowid""",
        """
        create table concern_receipts (
            hand_over_id integer primary key references concern_hand_overs (id),
            at           text not null,
            staff_id     integer not null references staff (id),
            sealed       blob not null,
            sealed_to    text not null
        ) strict""",
        """
        create trigger an_entry_is_never_edited before update on concern_entries
          when new.id is not old.id or new.concern_id is not old.concern_id or new.key is not old.key
            or new.at is not old.at or new.staff_id is not old.staff_id or new.kind is not old.kind
            or new.digest is not old.digest
        begin select raise(abort, 'a concern is added to, never edited'); end""",
        """
        create trigger an_entry_goes_only_with_a_receipt before delete on concern_entries
          when not exists (
            select 1 from concern_handed
              join concern_receipts on concern_receipts.hand_over_id = concern_handed.hand_over_id
              join concerns on concerns.id = concern_handed.concern_id
             where concern_handed.concern_id = old.concern_id and old.id <= concern_handed.last_entry
               and concerns.held = 0 and concerns.state = 'handed_over')
        begin select raise(abort, 'a concern is shredded only with a receipt and under no hold'); end""",
        """
        create trigger a_concern_stays before delete on concerns
        begin select raise(abort, 'the number of a concern stays'); end""",
        """
        create trigger a_receipt_stays before delete on concern_receipts
        begin select raise(abort, 'a receipt stays'); end""",
    )


def m017_backups(db: Database) -> None:
    """Whether the recovery key was typed from its paper: by when, and what three of its words hash to."""
    _run(
        db,
        "alter table keys add column asked_words text",
        "alter table keys add column confirmed text",
    )


def m018_programme_mark(db: Database) -> None:
    """A mark of each programme, so that tombstones in a folder are told from those of an earlier programme there.

    Every older backup of this programme must come to the same mark, so it begins as its trail does.
    """
    _run(
        db,
        "alter table programme add column mark text not null default ''",
        """
        update programme
           set mark = coalesce((select substr(hash, 1, 16) from journal order by id limit 1),
                               lower(hex(randomblob(8))))""",
    )


MIGRATIONS = Migrations("drop-in")
IN_ORDER = (
    m001_programme,
    m002_mentors_and_badges,
    m003_drop_ins_and_duties,
    m004_help_requests_and_alerts,
    m005_journal,
    m006_close_of_day,
    m007_printing,
    m008_rota,
    m009_photos,
    m010_keys,
    m011_alerts,
    m012_channels,
    m013_accounts,
    m014_counts,
    m015_retention,
    m016_concerns,
    m017_backups,
    m018_programme_mark,
)
for _each in IN_ORDER:
    MIGRATIONS()(_each)


def migrate(db: Database) -> None:
    """Bring the file to this version, before the doors open. Raises `DatabaseTrouble` for a newer file."""
    with _alone(db):
        known = {each.__name__ for each in IN_ORDER}
        later = {each.name for each in MIGRATIONS.applied(db)} - known
        if later or db.execute("pragma user_version").fetchone()[0] > len(known):
            raise DatabaseTrouble("This programme was written by a newer Drop-in: install that version, start again.")
        if not MIGRATIONS.pending(db):
            return
        db.execute("pragma journal_mode = wal")
        with write(db):
            MIGRATIONS.apply(db)
            db.execute(f"pragma application_id = {OURS}")
            db.execute(f"pragma user_version = {len(known)}")


@contextmanager
def _alone(db: Database) -> Iterator[None]:
    """One process of the box migrates at a time: the change to a write-ahead log cannot wait its turn by itself."""
    file = db.execute("pragma database_list").fetchone()[2]
    folder = os.open(os.path.dirname(file), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
