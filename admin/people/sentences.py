"""What the staff pages say of mentors and how it went for them."""

from mentoring.lunch.attendance import Attended
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
