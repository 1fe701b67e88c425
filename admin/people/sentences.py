"""The texts of the staff pages about mentors and their duties."""

from collections.abc import Iterable

from admin.frame.faults import Known, listed
from badges.sheet import Kind as Remarked
from mentoring.lunch.attendance import Attended
from mentoring.people import mentor_file, mentors, printers
from mentoring.people.mentors import Mentor
from mentoring.planning.availability import ApartWhy, Why
from mentoring.planning.cover import Kind

MOODS = {5: "really good", 4: "good", 3: "all right", 2: "a bit hard", 1: "hard"}

KINDS = {Kind.EXAM: "an exam", Kind.ILL: "not well", Kind.TRIP: "a trip", Kind.OTHER: "something else"}

ATTENDED = {
    Attended.CAME: "came",
    Attended.LATE: "came late",
    Attended.EXCUSED: "excused",
    Attended.NO_SHOW: "did not come",
}
WHYS = {Why.UNSAID: "not said", Why.EXAM: "an exam", Why.TRIP: "a trip", Why.OTHER: "something else"}

APART = {ApartWhy.KIN: "family", ApartWhy.CONFLICT: "do not get on", ApartWhy.OTHER: "something else"}

# What is so about a badge before it is printed, and what to do about it; the badge is the subject.
REMARKS = {
    Remarked.CUT: (
        "prints “{drawn}”: the rest of the name has no room",
        "Write a shorter name for the badge, or choose a larger label.",
    ),
    Remarked.NO_FONT: (
        "prints empty boxes: no font on this box has {letters}",
        "Write the name for the badge in other letters.",
    ),
    Remarked.LEFT_OUT: (
        "prints “{drawn}”, without {letters}",
        "If that is not what is wanted, change the name for the badge.",
    ),
    Remarked.NOTHING: ("has no letter that can be printed", "Write a name for the badge."),
}
WITH_PACKAGE = (
    "Have Debian's fonts installed on the box, with “sudo apt install {package}”, and make the sheet again; or write "
    "the name for the badge in other letters."
)
ALIKE = ("look the same: “{drawn}”", "Write a name for the badge that tells them apart, such as one with an initial.")

FAULTS: Known = {
    mentors.Wrong.NO_GIVEN_NAME: ("{subject} is missing", "write the given name"),
    mentors.Wrong.NO_FAMILY_NAME: ("{subject} is missing", "write the family name"),
    mentors.Wrong.NO_YEAR_GROUP: ("{subject} is missing", "write the year group, such as 10"),
    mentors.Wrong.NOT_A_YEAR: ("{subject} is “{given}”", "write the year group as a number, such as 10"),
    mentors.Wrong.MADE_A_DATE: (
        "{subject} is “{given}”, which a spreadsheet made of two numbers such as 10-11",
        "write the year group as one number, such as 10",
    ),
    mentors.Wrong.LONG: ("{subject} is longer than {most} letters", "shorten it"),
    mentors.Wrong.NO_ADDRESS: ("{subject} has no @", "write a whole address or leave it empty"),
    mentors.Wrong.NOT_YES_OR_NO: ("{subject} is “{given}”", "write yes or no"),
    mentors.Wrong.HAS_LEFT: (
        "{name} has left since this page was opened, and nothing was saved",
        "put {name} back on the list first, or look at what is known",
    ),
    mentors.Wrong.ALREADY_THERE: (
        "{subject} is already on the list with this given name and year",
        "open that mentor instead, or add a letter",
    ),
    mentor_file.Wrong.OTHER_YEAR: (
        "{name} is on the list in year {year}",
        "use --moved-up if it is the same person, or add a letter if it is another",
    ),
    mentor_file.Wrong.HAS_LEFT: (
        "{name} has left",
        "put them back on the page Mentors, or take the row out, or add a letter if it is another",
    ),
    mentor_file.Wrong.SEVERAL: (
        "more than one has the name of {name}, in other years than on the list",
        "put the list right on their own pages first, or add them there",
    ),
    mentor_file.Wrong.IN_ANOTHER_ROW: ("this mentor is already in row {other}", "take the row out, or add a letter"),
    mentor_file.Wrong.PUPIL_NUMBER: (
        "a pupil's number (UPN, ULN) is never kept here",
        "delete the column, then save the file",
    ),
    mentor_file.Wrong.NOBODY: ("there is nobody in the file", "write one mentor a row"),
    printers.Wrong.NAME: ("{subject} is missing or longer than {most} letters", "such as Office"),
    printers.Wrong.NO_LENGTH: ("{subject} is “{given}”", "write millimetres, such as {meant:g}"),
    printers.Wrong.FAR_FROM_MEANT: (
        "{subject} is {given:g} mm",
        "measure again: it should be near {meant:g}, printed at 100 %",
    ),
}


def in_public(who: Iterable[Mentor]) -> str:
    """These people as a screen in a hallway or a poster may name them: `Gita and one more mentor` (P12)."""
    return listed([each.words for each in mentors.in_public(who)])
