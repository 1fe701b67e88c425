"""The words of the server's pages: the steps of the finish line, and what the kiosk's page last found of a camera."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

from mentoring.box.doctor import SecondPlace
from mentoring.box.finish_line import Code, Facts, Part
from mentoring.lunch.cameras import State

CAMERAS = {
    State.SEES: "sees",
    State.UNTRIED: "not tried yet",
    State.DARK: "shows only black: something is in front of it, or its shutter is closed",
    State.STILL: "shows a picture that has stopped",
    State.SILENT: "sends no picture",
    State.SHUT: "does not open",
    State.GONE: "is not there any more: look at its plug",
    State.INFRARED: "infrared: sees no badges, so it is passed over",
}
PARTS = MappingProxyType({Part.SET_UP: "Set-up", Part.FIRST_LUNCH: "Before the first lunch"})


@dataclass(frozen=True)
class StepWords:
    """The words of one step: its name, what is there once it is done, and what to do first.

    `{...}` is filled from the facts. `endpoint` and `anchor` name the place where it is done.
    """

    name: str
    there: str
    first: str
    endpoint: str
    anchor: str | None = None


STEPS: Mapping[Code, StepWords] = MappingProxyType(
    {
        Code.SCHOOL: StepWords("School", "The school and its lead are known.", "", "programme_page.show"),
        Code.PEOPLE: StepWords(
            "People", "{mentors} mentors are on the list.", "Add at least two mentors.", "mentors.all_mentors"
        ),
        Code.TIMES: StepWords(
            "Room and times",
            "Weekly slots: {slots}.",
            "Say when and where the drop-in is.",
            "school_year_page.show",
            "slots",
        ),
        Code.TERM_DATES: StepWords(
            "Term dates",
            "Half terms: {half_terms}.",
            "Until the box knows them, it holds drop-ins in the holidays.",
            "school_year_page.show",
            "half-terms",
        ),
        Code.DEPUTY: StepWords(
            "Deputy",
            "{adults} adults can log in.",
            "Add somebody who answers an alert when the lead cannot.",
            "staff_page.everyone",
        ),
        Code.SAFEGUARDING_LEAD: StepWords(
            "Safeguarding lead",
            "The safeguarding lead can log in.",
            "Add your school's safeguarding lead, who reads concerns.",
            "staff_page.everyone",
        ),
        Code.BADGES: StepWords(
            "Badges", "{badges} mentors have a badge.", "Print the first badges.", "badge_printing.choose"
        ),
        Code.RECOVERY_KEY: StepWords(
            "Recovery key",
            "It is on paper.",
            "Print it: backups and concerns open with it when nobody can log in.",
            "recovery_key_page.show",
        ),
        Code.PAPERS: StepWords(
            "Privacy papers",
            "Both are signed.",
            "Read the record of processing and the impact assessment with your data protection officer, and sign.",
            "privacy_page.show",
        ),
        Code.ROTA: StepWords(
            "The rota",
            "Drop-ins that have their pair: {paired}.",
            "No drop-in has a pair yet: plan the rota, or choose who is due.",
            "rota_page.rota_by_hand",
        ),
        Code.SECOND_FACTORS: StepWords(
            "Phones of those who read concerns",
            "Each of them logs in with a code from a phone.",
            "The deputy and the safeguarding lead each log in once and are led to it: without the code from a phone "
            "they open no concern.",
            "staff_page.everyone",
        ),
        Code.NAMES: StepWords(
            "Names on screens",
            "Everybody was asked whether their name may be shown.",
            "{not_asked} mentors have not been asked yet: the kiosk and the board say “A mentor” for them.",
            "mentors.all_mentors",
            "names",
        ),
        Code.TELLING: StepWords(
            "Who hears a call",
            "A call for an adult goes beyond the page you read.",
            "A call reaches open staff pages alone. Add a mailbox, a phone or a chat and send it a test message, open "
            "the staff room's address on its screen, or hold a drill that a colleague's page shows.",
            "channels_page.show",
        ),
        Code.SECOND_PLACE: StepWords(
            "A second place for backups",
            "Backups are kept on a second disk too.",
            "",
            "backups_page.show",
            "how-it-is",
        ),
        Code.PERIODS: StepWords(
            "How long things are kept",
            "Somebody has looked at each period.",
            "{proposals} periods are our proposal alone: look through them, and write down that you have.",
            "privacy_page.show",
            "periods",
        ),
    }
)
NO_SECOND_PLACE = MappingProxyType(
    {
        SecondPlace.NONE: "Backups are on this box alone: have them kept on a stick or a share too.",
        SecondPlace.MISSING: "The second place is not there: put the stick in again, or look at the share.",
        SecondPlace.SAME_DISK: "The second place is on the box's own disk: a broken disk takes both.",
        SecondPlace.NOT_COPIED: "The second place does not have the newest backup yet: each is copied by itself.",
    }
)


def step_words(code: Code, facts: Facts, *, done: bool) -> str:
    """What is there of a step, or what to do first."""
    if done:
        return STEPS[code].there.format(**asdict(facts))
    if code is Code.SECOND_PLACE:
        return NO_SECOND_PLACE[facts.second_place]
    if code is Code.NAMES and not facts.mentors:
        return STEPS[Code.PEOPLE].first
    if code is Code.TELLING and (begun := _telling_begun(facts)):
        return begun
    return STEPS[code].first.format(**asdict(facts))


def step_place(code: Code, facts: Facts) -> tuple[str, str | None]:
    """The endpoint and the anchor at which a step is done."""
    if code is Code.TELLING and facts.link and not facts.untried:
        return "programme_page.show", "staff-room"
    return STEPS[code].endpoint, STEPS[code].anchor


def _telling_begun(facts: Facts) -> str:
    """What is still to do of a way to hear a call that was begun; empty where none was."""
    untried = "Send a test message: nobody knows yet whether one arrives." if facts.untried else ""
    unopened = "Open the staff room's address on its screen: no screen has it open yet." if facts.link else ""
    return " ".join(filter(None, (untried, unopened)))
