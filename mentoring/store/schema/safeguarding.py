"""The schema of `safeguarding`: alerts and how they are passed on, channels and drills, concerns (P15, P16, P18)."""

SCHEMA = """
-- Calls for an adult in the room now; `dealt_with` is when an adult who went said that it is over, and
-- `counts_from` when its waiting time began anew after the clock was set back.
-- `told_to`: whose staff screen was the first to show it, at `told`; null for the staff room's own screen.
create table alerts (
    id              integer primary key,
    key             text not null unique,
    raised          text not null,
    counts_from     text,
    room            text not null,
    mentor_id       integer references mentors (id),
    about           text not null,
    told            text,
    told_to         integer references staff (id),
    acknowledged    text,
    acknowledged_by integer references staff (id),
    dealt_with      text,
    drill           integer not null default 0 check (drill in (0, 1))
) strict;

create index waiting_alerts on alerts (id) where acknowledged is null;

-- When an alert was told to whom first, then passed on to the deputy, then to everyone.
create table alert_steps (
    id       integer primary key,
    alert_id integer not null references alerts (id),
    level    text not null check (level in ('first', 'deputy', 'everyone')),
    at       text not null,
    unique (alert_id, level)
) strict;

-- Adults who said "I am going": how it was said, how many times, and since when one of them could not go after all.
-- What was said by the link alone is not confirmed: `alerts.acknowledged` stays null.
create table alert_going (
    alert_id      integer not null references alerts (id),
    staff_id      integer not null references staff (id),
    at            text not null,
    through       text not null check (through in ('log_in', 'trusted_screen', 'link')),
    taps          integer not null,
    back          text,
    primary key (alert_id, staff_id)
) strict;

-- Browsers that the lead trusts to show the staff room's screen: hashes of their cookie and of the link it goes with.
create table trusted_screens (
    id    integer primary key,
    token text not null unique,
    link  text not null,
    since text not null
) strict;

-- Where alerts are sent beyond the screens, each at its level, and whether the last try worked.
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
) strict;

-- Messages of an alert by a channel: of one of its steps, or of an answer: an adult is going, cannot go after all, or
-- is said to be going by the staff room's link.
create table messages (
    id         integer primary key,
    alert_id   integer not null references alerts (id) on delete cascade,
    step_id    integer references alert_steps (id) on delete cascade,
    going_id   integer references staff (id),
    answer     text not null default '' check (answer in ('', 'going', 'back', 'said_for')),
    said       text,
    channel_id integer not null references channels (id),
    tried      text not null,
    sent       text,
    failed     integer not null default 0,
    outcome    text not null default '',
    check ((step_id is null) <> (going_id is null) and (going_id is null) = (said is null)
           and (going_id is null) = (answer = '')),
    unique (step_id, channel_id)
) strict;

create unique index one_going_message on messages (alert_id, channel_id, going_id, answer, said)
 where going_id is not null;
create index messages_of_a_channel on messages (channel_id);

-- Drills, with the figures that show that an adult would come; the alert itself goes once the drill is settled.
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
) strict;

-- On whose screen a drill was shown.
create table drill_screens (
    drill_id integer not null references drills (id) on delete cascade,
    staff_id integer not null references staff (id),
    at       text not null,
    primary key (drill_id, staff_id)
) strict, without rowid;

-- Concerns: in clear nothing but numbers, states and times. Every word is sealed, and added to but never edited.
create table concerns (
    id       integer primary key,
    key      text not null unique,
    opened   text not null,
    staff_id integer not null references staff (id),
    state    text not null check (state in ('open', 'closed', 'handed_over')),
    alert_id integer references alerts (id),
    held     integer not null default 0 check (held in (0, 1))
) strict;

-- What was written in a concern. `sealed_to` names the keys it is sealed to, and `digest` is the hash of its text, so
-- that it can be sealed anew and never be another text.
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
) strict;

create index entries_of_a_concern on concern_entries (concern_id);

-- Which concerns belong together.
create table concern_links (
    concern_id integer not null references concerns (id),
    other_id   integer not null references concerns (id),
    primary key (concern_id, other_id)
) strict, without rowid;

-- What somebody began to write and has not yet handed in, sealed.
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
) strict;

-- Hand-overs to the school's own child-protection file, with the hashes of the files that were handed over.
create table concern_hand_overs (
    id         integer primary key,
    at         text not null,
    staff_id   integer not null references staff (id),
    pdf_sha256 text not null,
    csv_sha256 text not null,
    shredded   text,
    wiped      text
) strict;

-- Which concerns went with a hand-over, up to which entry.
create table concern_handed (
    hand_over_id integer not null references concern_hand_overs (id),
    concern_id   integer not null references concerns (id),
    entries      integer not null,
    last_entry   integer not null,
    primary key (hand_over_id, concern_id)
) strict, without rowid;

-- Receipts of hand-overs, sealed.
create table concern_receipts (
    hand_over_id integer primary key references concern_hand_overs (id),
    at           text not null,
    staff_id     integer not null references staff (id),
    sealed       blob not null,
    sealed_to    text not null
) strict;

create trigger an_entry_is_never_edited before update on concern_entries
  when new.id is not old.id or new.concern_id is not old.concern_id or new.key is not old.key
    or new.at is not old.at or new.staff_id is not old.staff_id or new.kind is not old.kind
    or new.digest is not old.digest
begin select raise(abort, 'a concern is added to, never edited'); end;

-- The row of an entry goes only with a receipt, and under no legal hold.
create trigger an_entry_goes_only_with_a_receipt before delete on concern_entries
  when not exists (
    select 1 from concern_handed
      join concern_receipts on concern_receipts.hand_over_id = concern_handed.hand_over_id
      join concerns on concerns.id = concern_handed.concern_id
     where concern_handed.concern_id = old.concern_id and old.id <= concern_handed.last_entry
       and concerns.held = 0 and concerns.state = 'handed_over')
begin select raise(abort, 'a concern is shredded only with a receipt and under no hold'); end;

create trigger a_concern_stays before delete on concerns
begin select raise(abort, 'the number of a concern stays'); end;

create trigger a_receipt_stays before delete on concern_receipts
begin select raise(abort, 'a receipt stays'); end;
"""
