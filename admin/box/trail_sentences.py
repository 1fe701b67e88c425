"""What the trail says: a sentence for each kind of thing that is ever noted. Names are joined in here, never stored."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from mentoring.basics.spreadsheets import disarmed
from mentoring.box.trail import Entry

# The subject of each sentence is whoever did it; what stands in braces comes from the row. A new `journal.note` wants
# its line here, and a test says so.
SENTENCES = {
    "alert.acknowledged": "said “I am going” to alert {alert}",
    "alert.clock_set_back": "noticed that the clock was set back, and counts alert {alert} anew",
    "alert.going_too": "said “I am going” to alert {alert} as well",
    "alert.handed_back": "could not go after all to alert {alert}",
    "alert.raised": "asked for an adult (alert {alert})",
    "alert.step": "passed alert {alert} on, because nobody had answered ({level})",
    "alert.told": "was shown alert {alert}",
    "attendance.corrected": "corrected whether {mentor} came to {drop_in}",
    "attendance.uncorrected": "took back a correction of whether {mentor} came to {drop_in}",
    "availability.added": "wrote down when {mentor} can or cannot come",
    "availability.apart": "noted that {mentors} are not to be paired",
    "availability.cap": "set how often {mentor} comes in a week",
    "availability.removed": "took out when {mentor} can or cannot come",
    "availability.together": "took back that {mentors} are not to be paired",
    "backup.restored": "restored a backup whose trail ended at row {head}",
    "badge.issued": "issued a badge to {mentor}",
    "badge.printed": "printed the badges of {mentors}",
    "badge.replaced": "replaced the badge of {mentor}",
    "badge.revoked": "revoked the badge of {mentor}",
    "calendar.ended": "ended the calendar address of {mentor_or_programme}",
    "calendar.given": "gave a calendar address to {mentor_or_programme}",
    "channel.added": "added a way to send alerts (channel {channel})",
    "channel.ended": "ended a way to send alerts (channel {channel})",
    "channel.tested": "tried a way to send alerts (channel {channel}: {outcome})",
    "clock.confirmed": "said that the box's clock is right",
    "closure.added": "closed days of the school year",
    "closure.removed": "took back closed days of the school year",
    "concern.added": "added to concern {concern}",
    "concern.begun": "wrote concern {concern}",
    "concern.draft_begun": "began to write a concern",
    "concern.draft_dropped": "dropped an unfinished account",
    "concern.draft_taken_over": "took over an unfinished account",
    "concern.draft_viewed": "read an unfinished account",
    "concern.drawn_up": "drew up hand-over {hand_over}",
    "concern.held": "put concern {concern} under legal hold",
    "concern.listed": "looked at the list of concerns",
    "concern.receipt": "entered the receipt of hand-over {hand_over}",
    "concern.released": "took concern {concern} off legal hold",
    "concern.sealed_anew": "sealed concerns anew to whoever reads them now",
    "concern.shredded": "shredded what was handed over (hand-over {hand_over})",
    "concern.unlocked": "unlocked the concerns",
    "concern.viewed": "read concern {concern}",
    "counts.half_term_over": "opened the counts of a half term that is over",
    "counts.threshold": "set from which number on counts are shown",
    "cover.approved": "said yes to cover {request}",
    "cover.asked": "noted that {mentor} cannot come to {drop_in}",
    "cover.offered": "asked {mentors} for cover {request}",
    "cover.open_again": "opened cover {request} again",
    "cover.taken": "took cover {request}",
    "cover.withdrawn": "took back cover {request}",
    "drill.seen": "saw drill {drill}",
    "drill.settled": "wrote down how drill {drill} went",
    "drill.started": "started drill {drill}",
    "drill.stopped": "stopped drill {drill}",
    "drop_in.adult": "named {staff} as the adult within call for {drop_in}",
    "drop_in.closed": "closed {drop_in}",
    "drop_in.reopened": "held {drop_in} after all",
    "duty.ended": "ended the duty of {mentor} at {drop_in}",
    "duty.refused": "refused a badge (badge {badge}: {code})",
    "duty.started": "scanned {mentor} in for {drop_in}",
    "half_term.added": "added a half term",
    "half_term.removed": "removed a half term",
    "hold.begun": "put a legal hold (hold {hold})",
    "hold.ended": "ended a legal hold (hold {hold})",
    "journal.year_dropped": "dropped the trail of the school year {year} whole: its time was over ({rows} rows)",
    "key.confirmed": "typed words of the recovery key from its paper",
    "key.ended": "ended the key of {staff_or_paper}",
    "key.made": "made a key for {staff_or_paper}",
    "logo.changed": "changed the school's logo",
    "mentor.added": "added {mentor} to the list",
    "mentor.edited": "changed the entry of {mentor} ({state})",
    "mentor.erased": "erased {mentor} ({why})",
    "mentor.imported": "imported {mentors}",
    "message.failed": "could not send a message by channel {channel}",
    "message.sent": "sent a message by channel {channel}",
    "photo.kept": "kept a photograph of {mentor}, who agreed",
    "photo.removed": "removed the photograph of {mentor}",
    "printer.forgotten": "forgot a printer",
    "printer.measured": "measured a printer",
    "privacy.handed_over": "handed somebody all that the box holds about them",
    "privacy.signed": "signed a privacy paper ({paper})",
    "programme.board_link": "gave the duty board a new address",
    "programme.changed": "changed the school's name or its staffed hours",
    "programme.passing_on": "set when an alert is passed on",
    "programme.set_up": "set the programme up, with {staff} as its lead",
    "programme.staff_room_link": "gave the staff room's screen a new address",
    "programme.week": "said that this is week {week}",
    "retention.forgot": "forgot what was over its time ({data_class}: {rows} rows)",
    "retention.period": "changed how long something is kept ({data_class})",
    "rota.due": "said who is due at {drop_in}: {mentors}",
    "rota.limits": "changed what holds for everybody on the rota",
    "rota.override": "broke a rule at {drop_in} with a reason ({rules})",
    "rota.undone": "took back a change of the rota",
    "slot.added": "added a weekly slot",
    "slot.ended": "ended a weekly slot",
    "slot.places": "set a weekly slot to {places} places",
    "staff.added": "made an account for {staff} ({role})",
    "staff.all_need_a_code": "said whether everybody needs a code to log in",
    "staff.changed": "changed the account of {staff}",
    "staff.code_printed": "printed a code for {staff} to log in with once",
    "staff.ended": "ended the account of {staff}",
    "staff.erased": "erased {staff} ({why})",
    "staff.factor_off": "took the second factor of {staff} away",
    "staff.factor_on": "set up a second factor",
    "staff.logged_in": "logged in",
    "staff.others_ended": "ended their own other log-ins",
    "staff.password": "set a new password for {staff} ({how})",
    "staff.recovery_code": "logged in with a recovery code",
    "staff.recovery_codes": "made new recovery codes",
    "staff.role": "changed the role of {staff} to {role}",
    "year.ended": "ended the school year {year}: {left} left, {moved} moved up",
}
_ACTORS = {
    "kiosk": "The kiosk",
    "command line": "The command line",
    "set-up": "Set-up",
    "close of day": "The box",
    "keeper": "The box",
}


class Names:
    """Whom ids stand for, as far as whoever reads may know; `mentor 7` where they may not, or where nobody is left."""

    def __init__(
        self, mentors: Mapping[int, str], staff: Mapping[int, str], drop_in: Callable[[int], str | None]
    ) -> None:
        self._people = {"mentor": mentors, "staff": staff}
        self._drop_in = drop_in

    def person(self, kind: str, who: object) -> str:
        """One person."""
        known = self._people[kind].get(who) if isinstance(who, int) else None
        return known or (f"staff member {who}" if kind == "staff" else f"mentor {who}")

    def people(self, who: object) -> str:
        """Several mentors."""
        told = [self.person("mentor", each) for each in who] if isinstance(who, list) else []
        return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told) or "nobody"

    def drop_in(self, which: object) -> str:
        """One drop-in, by its day and room."""
        return (self._drop_in(which) if isinstance(which, int) else None) or f"drop-in {which}"

    def actor(self, actor: str) -> str:
        """Whoever did it."""
        kind, _, which = actor.partition(" ")
        if kind in self._people and which.isdecimal() and len(which) < 18:
            return self.person(kind, int(which))
        return _ACTORS.get(actor, actor)


def sentence(entry: Entry, names: Names) -> str:
    """The row as a person reads it: who did what to whom. A kind nobody wrote words for is shown as it is noted."""
    about = entry.about
    told = defaultdict(lambda: "?", {name: str(value) for name, value in about.items()})
    told["mentor"] = names.person("mentor", about.get("mentor"))
    told["mentors"] = names.people(about.get("mentors"))
    told["staff"] = names.person("staff", about.get("staff"))
    told["drop_in"] = names.drop_in(about.get("drop_in"))
    told["left"], told["moved"] = names.people(about.get("left")), names.people(about.get("moved"))
    told["mentor_or_programme"] = told["mentor"] if about.get("mentor") else "the programme"
    told["staff_or_paper"] = told["staff"] if about.get("staff") else "the recovery key's paper"
    what = SENTENCES.get(entry.what, entry.what)
    said = f"{names.actor(entry.actor)} {what.format_map(told)}."
    return said[0].upper() + said[1:]


def kind_words(what: str) -> str:
    """A kind of thing, for a list to choose from: `badge: printed`."""
    return what.replace(".", ": ", 1).replace("_", " ")


def cells(entry: Entry, said: str, at: str) -> list[Any]:
    """One row for a spreadsheet, with nothing in it that begins a formula."""
    return [entry.id, at, disarmed(said), disarmed(entry.what)]
