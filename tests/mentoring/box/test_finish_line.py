"""The finish line of set-up: what is there and what is missing, in the order a lead thinks."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlite_utils import Database

from mentoring.access import second_factor
from mentoring.basics.settings import Settings
from mentoring.box import finish_line
from mentoring.box.doctor import SecondPlace
from mentoring.box.finish_line import Code, Facts, Part, steps_of
from mentoring.people import mentors
from mentoring.privacy import papers, retention
from mentoring.safeguarding import channels, drills
from mentoring.safeguarding.channels import Level, Outcome
from mentoring.school import programme
from tests.conftest import Cast, at

ALL = Facts(
    adults=2,
    deputy=True,
    safeguarding_lead=True,
    readers=2,
    without_factor=0,
    mentors=2,
    badges=2,
    not_asked=0,
    slots=1,
    paired=1,
    half_terms=1,
    key_on_paper=True,
    signed=2,
    channels=1,
    untried=0,
    link=True,
    screen=True,
    second_place=SecondPlace.OTHER_DISK,
    proposals=0,
)
OF_THE_CAST = [Code.TERM_DATES, Code.DEPUTY, Code.SAFEGUARDING_LEAD, Code.RECOVERY_KEY, Code.PAPERS]


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [
        ({}, []),
        ({"mentors": 1}, [Code.PEOPLE]),
        ({"slots": 0}, [Code.TIMES]),
        ({"half_terms": 0}, [Code.TERM_DATES]),
        ({"deputy": False}, [Code.DEPUTY]),
        ({"safeguarding_lead": False}, [Code.SAFEGUARDING_LEAD]),
        ({"badges": 1}, [Code.BADGES]),
        ({"key_on_paper": False}, [Code.RECOVERY_KEY]),
        ({"signed": 1}, [Code.PAPERS]),
        ({"paired": 0}, [Code.ROTA]),
        ({"without_factor": 1}, [Code.SECOND_FACTORS]),
        ({"readers": 0}, [Code.SECOND_FACTORS]),
        ({"not_asked": 1}, [Code.NAMES]),
        ({"mentors": 0}, [Code.PEOPLE, Code.NAMES]),
        ({"channels": 0, "untried": 1}, []),
        ({"screen": False}, []),
        ({"channels": 0, "untried": 1, "screen": False}, [Code.TELLING]),
        ({"second_place": SecondPlace.NONE}, [Code.SECOND_PLACE]),
        ({"second_place": SecondPlace.MISSING}, [Code.SECOND_PLACE]),
        ({"second_place": SecondPlace.SAME_DISK}, [Code.SECOND_PLACE]),
        ({"second_place": SecondPlace.NOT_COPIED}, [Code.SECOND_PLACE]),
        ({"proposals": 1}, [Code.PERIODS]),
    ],
)
def test_each_lack_is_one_step(lacking: dict[str, object], missing: list[Code]):
    steps = steps_of(replace(ALL, **lacking))  # type: ignore[arg-type]
    assert [each.code for each in steps if not each.done] == missing


def test_the_steps_stand_in_two_parts_in_the_order_of_the_codes():
    steps = steps_of(ALL)
    assert [each.code for each in steps] == [*Code]
    parts = [each.part for each in steps]
    assert parts == sorted(parts, key=[*Part].index)
    assert parts.count(Part.FIRST_LUNCH) == 6


def read(db: Database, data: Path) -> Facts:
    settings = Settings(data=data)
    return finish_line.facts(db, settings, school=programme.load(db), known=mentors.mentors(db), now=at("13:00"))


def missing(db: Database, data: Path, part: Part) -> list[Code]:
    return [each.code for each in steps_of(read(db, data)) if each.part is part and not each.done]


def test_what_the_cast_still_needs(db: Database, data: Path, cast: Cast):
    assert missing(db, data, Part.SET_UP) == OF_THE_CAST
    assert missing(db, data, Part.FIRST_LUNCH) == [
        Code.SECOND_FACTORS,
        Code.TELLING,
        Code.SECOND_PLACE,
        Code.PERIODS,
    ]


def test_whoever_reads_concerns_without_a_code_from_a_phone_is_missing(db: Database, data: Path, cast: Cast):
    assert (read(db, data).readers, read(db, data).without_factor) == (0, 0)
    for role in ("deputy", "safeguarding_lead"):
        db["staff"].update(cast.adeyemi, {"role": role})
        found = read(db, data)
        assert (found.deputy, found.safeguarding_lead) == (role == "deputy", role == "safeguarding_lead")
        assert (found.readers, found.without_factor) == (1, 1)
    secret = second_factor.begin(db, cast.adeyemi)
    assert read(db, data).without_factor == 1
    second_factor.confirm(db, cast.adeyemi, second_factor.code_at(secret, now=at("12:00")), now=at("12:00"))
    assert read(db, data).without_factor == 0


def test_a_rota_is_there_once_a_drop_in_has_a_pair(db: Database, data: Path, cast: Cast):
    assert read(db, data).paired == 1
    db["due"].delete((cast.drop_in, cast.ben))
    assert read(db, data).paired == 0, "one mentor is no pair"


def test_a_name_nobody_was_asked_about_counts_while_the_mentor_is_here(db: Database, data: Path, cast: Cast):
    assert read(db, data).not_asked == 0
    db["mentors"].update(cast.chidi, {"consent": "not_asked"})
    assert read(db, data).not_asked == 1
    db["mentors"].update(cast.chidi, {"state": "left"})
    assert read(db, data).not_asked == 0


def test_a_channel_hears_a_call_once_it_took_a_message(db: Database, data: Path, cast: Cast):
    channel = channels.add(db, name="Office", url="json://office", level=Level.FIRST, by="staff 1", now=at("12:00"))
    assert (read(db, data).channels, read(db, data).untried) == (0, 1)
    channels.tested(db, channel, Outcome.SENT, by="staff 1", now=at("12:00"))
    assert (read(db, data).channels, read(db, data).untried) == (1, 0)
    channels.tested(db, channel, Outcome.UNREACHABLE, by="staff 1", now=at("12:01"))
    assert (read(db, data).channels, read(db, data).untried) == (0, 0), "it does not work any more"
    channels.end(db, channel, by="staff 1", now=at("12:00"))
    assert read(db, data).channels == 0


def test_the_staff_rooms_screen_hears_a_call_once_it_has_its_address_open(db: Database, data: Path, cast: Cast):
    programme.give_staff_room_link(db, "", by="staff 1", now=at("12:00"))
    assert (read(db, data).link, read(db, data).screen) == (True, False)
    programme.note_staff_room_opened(db, now=at("12:00"))
    assert read(db, data).screen is True
    programme.give_staff_room_link(db, programme.load(db).staff_room_link, by="staff 1", now=at("12:00"))
    assert read(db, data).screen is False, "a new address was opened nowhere yet"


def test_a_drill_counts_once_somebody_elses_screen_has_shown_it(db: Database, data: Path, cast: Cast):
    drill = drills.start(db, room="Library 2", by=cast.okafor, now=at("12:00"))
    assert read(db, data).screen is False
    db["drill_screens"].insert({"drill_id": drill, "staff_id": cast.okafor, "at": "2027-01-12T12:00:01+00:00"})
    assert read(db, data).screen is False
    db["drill_screens"].insert({"drill_id": drill, "staff_id": cast.adeyemi, "at": "2027-01-12T12:00:02+00:00"})
    assert read(db, data).screen is True


def test_periods_are_looked_at_one_by_one_or_all_at_once(db: Database, data: Path, cast: Cast):
    before = {each.data_class.code: each.period for each in retention.kept(db)}
    proposed = read(db, data).proposals
    chosen = {"count": "1", "source": "Our schedule", "review": "2027-09-01"}
    assert retention.set_period(db, "mentors", **chosen, by="staff 1", now=at("12:00")) == []
    assert read(db, data).proposals == proposed - 1
    rests_on = papers.mark(db)
    assert retention.confirm_proposals(db, review="2027-09-01", by="staff 1", now=at("12:00")) == []
    assert read(db, data).proposals == 0
    assert papers.mark(db) == rests_on, "what was signed still stands"
    after = {each.data_class.code: each for each in retention.kept(db)}
    assert {code for code, each in after.items() if each.period != before[code]} <= {"mentors"}
    looked_at = [each for each in after.values() if each.chosen]
    assert {each.review for each in looked_at} == {date(2027, 9, 1)}
    assert len(looked_at) == proposed
    noted = [*db["journal"].rows_where("what = 'retention.looked_at'")]
    assert len(noted) == proposed - 1
    assert retention.confirm_proposals(db, review="2027-09-01", by="staff 1", now=at("12:00")) == []
    assert db["journal"].count_where("what = 'retention.looked_at'") == proposed - 1


@pytest.mark.parametrize("review", ["", "someday", "2027-01-12", "2099-01-01"])
def test_periods_are_looked_at_again_on_a_day_to_come(db: Database, data: Path, cast: Cast, review: str):
    assert [each.field for each in retention.confirm_proposals(db, review=review, by="staff 1", now=at("12:00"))] == [
        "review"
    ]
    assert read(db, data).proposals > 0
