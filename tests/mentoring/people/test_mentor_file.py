"""A file of mentors: all or nothing, and each fault says row, column and remedy."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from mentoring.basics import brought_files
from mentoring.basics.brought_files import RowFault
from mentoring.people import mentor_file, mentors
from mentoring.people.mentor_file import Answer, MentorFile, bring_mentors, read_mentors
from mentoring.store.database import rows
from tests.conftest import Cast, at

HEADER = "given_name,family_name,year_group"


def _file(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> bytes:
    return "\r\n".join((header, *lines)).encode(encoding)


def _faults(content: bytes) -> list[tuple[int, str]]:
    return [(each.row, each.column) for each in read_mentors(content).faults]


@pytest.mark.parametrize(
    "content",
    [
        _file("Dana,Lee,10", "Åsa,Öberg,11"),
        _file("Dana,Lee,10", "Åsa,Öberg,11", encoding="utf-8-sig"),
        _file("Dana;Lee;10", "Åsa;Öberg;11", header=HEADER.replace(",", ";")),
        _file("Dana\tLee\t10", "Åsa\tÖberg\t11", header=HEADER.replace(",", "\t")),
        _file("Dana,Lee,10", "", "  ,,", "Åsa,Öberg,11", ""),
        _file(' Dana ,"Lee",10', '"Åsa","Öberg","11"'),
        _file("10,Dana,Lee", "11,Åsa,Öberg", header="Year group,Given Name,FAMILY_NAME"),
    ],
    ids=["plain", "with a mark", "semicolons", "tabs", "empty rows", "spaces and quotes", "another order"],
)
def test_a_file_is_read_however_a_spreadsheet_wrote_it(content: bytes):
    file = read_mentors(content)
    assert file.faults == ()
    assert [(each.given_name, each.family_name, each.year_group) for each in file.mentors] == [
        ("Dana", "Lee", "10"),
        ("Åsa", "Öberg", "11"),
    ]


@pytest.mark.parametrize(
    ("content", "places"),
    [
        (b"", [(1, "1")]),
        (b"\xef\xbb\xbf \r\n", [(1, "1")]),
        (_file(), [(2, "given_name")]),
        (_file("Dana,Lee,10", header="given_name,clan,year_group"), [(1, "family_name")]),
        (_file("Dana,Lee,10,x", header=HEADER + ",given_name"), [(1, "given_name")]),
        (_file("Dana,,10", ",Lee,", "Eli,Fox,9"), [(2, "family_name"), (3, "given_name"), (3, "year_group")]),
        (_file("Dana,Lee,10", "Eli,Fox,9", "dana,LEE,10"), [(4, "family_name")]),
        (_file("Dana,Lee, the younger,10"), [(2, "4")]),
        (_file("Dana,Lee,10,maybe", header=HEADER + ",experienced"), [(2, "experienced")]),
        (_file("Dana,Lee,10,nowhere", header=HEADER + ",email"), [(2, "email")]),
        (_file("Dana," + "L" * 61 + ",10"), [(2, "family_name")]),
        (_file("Dana,Lee,10", "Zoë,Fox,9", encoding="latin-1"), [(3, "1")]),
        (_file("Dana,Zoë,9", encoding="cp1252"), [(2, "2")]),
        (_file("Dana,Lee,10").decode().encode("utf-16-le"), [(1, "1")]),
    ],
)
def test_each_fault_names_its_row_and_column(content: bytes, places: list[tuple[int, str]]):
    assert _faults(content) == places
    codes = {*mentor_file.Wrong, *mentors.Wrong, *brought_files.Wrong}
    assert {fault.code for fault in read_mentors(content).faults} <= codes


def test_a_name_with_a_line_break_in_quotes_is_one_name():
    [mentor] = read_mentors(_file('"Dana\nMaria",Lee,10')).mentors
    assert mentor.given_name == "Dana Maria"


def test_five_thousand_rows_are_read_and_one_fault_in_the_last_stops_them_all(db: Database, cast: Cast):
    lines = [f"Dana,Lee {number},10" for number in range(5_000)]
    before = len(mentors.mentors(db))
    file = bring_mentors(db, _file(*lines, "Eli,,9"), by="staff 1", now=at("09:00"), dry_run=False)
    assert [(each.row, each.column) for each in file.faults] == [(5_002, "family_name")]
    assert len(mentors.mentors(db)) == before
    file = bring_mentors(db, _file(*lines), by="staff 1", now=at("09:00"), dry_run=False)
    assert len(file.mentors) == 5_000
    assert len(mentors.mentors(db)) == before + 5_000


def test_a_dry_run_writes_nothing(db: Database, cast: Cast):
    before = len(mentors.mentors(db)), len(rows(db, "select id from journal"))
    file = bring_mentors(db, _file("Dana,Lee,10"), by="staff 1", now=at("09:00"), dry_run=True)
    assert len(file.mentors) == 1
    assert (len(mentors.mentors(db)), len(rows(db, "select id from journal"))) == before


# Who is who


def _bring(db: Database, *lines: str, dry_run: bool = False, **given: Any) -> MentorFile:
    return bring_mentors(db, _file(*lines), by="staff 1", now=at("09:00"), dry_run=dry_run, **given)


def _listed(db: Database) -> list[tuple[str, str]]:
    return [(each.full_name, each.year_group) for each in sorted(mentors.mentors(db), key=lambda each: each.id)]


CAST = [("Amira Khan", "11"), ("Ben Osei", "10"), ("Chidi Okonkwo", "10")]


@pytest.mark.parametrize("line", ["Amira,Khan,11", "AMIRA,khan,Year 11", "Ämira,Khàn,11B"])
def test_whoever_is_on_the_list_already_stays_unchanged(db: Database, cast: Cast, line: str):
    before = len(rows(db, "select id from journal"))
    file = _bring(db, line)
    assert ([each.id for each in file.unchanged], file.mentors, file.faults) == ([cast.amira], (), ())
    assert (_listed(db), len(rows(db, "select id from journal"))) == (CAST, before)


@pytest.mark.parametrize("other", ["O\u2019Brien", "O`Brien", "OBrien", "o\u02bcbrien"])
def test_kinds_of_apostrophe_make_no_other_person(other: str):
    [fault] = read_mentors(_file("Niamh,O'Brien,10", f"Niamh,{other},10")).faults
    assert fault == RowFault(3, "family_name", mentor_file.Wrong.IN_ANOTHER_ROW, {"other": 2})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë,Łuk,10", "Zoe,Luk,10"),
        ("Ann-Marie,Lee,10", "Ann Marie,Lee,10"),
        ("Ann\u2013Marie,Lee,10", "ann-marie,LEE,Y10"),
    ],
)
def test_accents_and_dashes_make_no_other_person(one: str, other: str):
    assert [each.code for each in read_mentors(_file(one, other)).faults] == [mentor_file.Wrong.IN_ANOTHER_ROW]


def test_other_letters_make_another_person():
    assert (
        len(
            read_mentors(_file("Zoe,Fox,10", "Zoey,Fox,10", "\u0930\u093e\u092e,Fox,10", "\u0930\u092e,Fox,10")).mentors
        )
        == 4
    )


def test_ways_to_write_a_year_make_no_other_person():
    file = read_mentors(_file("Ava,Okoro,10", "Ava,Okoro,Year 10", "Ava,Okoro,Yr 10", "Ava,Okoro,10A"))
    assert [(each.row, each.code, each.values["other"]) for each in file.faults] == [
        (row, mentor_file.Wrong.IN_ANOTHER_ROW, 2) for row in (3, 4, 5)
    ]


def test_one_who_moved_up_is_asked_about_and_nothing_is_done_until_it_is_said(db: Database, cast: Cast):
    file = _bring(db, "Amira,Khan,12", "Dana,Lee,10")
    assert [(each.row, each.mentor.id, each.new.year_group) for each in file.asked] == [(2, cast.amira, "12")]
    assert _listed(db) == CAST
    refused = mentor_file.refused_if_asked(file)
    assert refused.faults == (
        RowFault(2, "year_group", mentor_file.Wrong.OTHER_YEAR, {"name": "Amira Khan", "year": "11"}),
    )
    assert refused.mentors == ()
    many = mentor_file.refused_if_asked(MentorFile(asked=file.asked * 60))
    assert (len(many.faults), many.more_faults) == (brought_files.MOST_FAULTS, 10)


def test_the_same_person_moves_up_and_keeps_all_else(db: Database, cast: Cast):
    file = _bring(db, "Amira,Khan,12", "Dana,Lee,10", otherwise=Answer.MOVED_UP)
    assert [each.mentor.id for each in file.moved] == [cast.amira]
    assert _listed(db) == [("Amira Khan", "12"), *CAST[1:], ("Dana Lee", "10")]
    assert [each["what"] for each in rows(db, "select what from journal order by id")][-2:] == [
        "mentor.imported",
        "mentor.moved_up",
    ]
    amira = mentors.mentor(db, cast.amira)
    assert amira is not None
    assert (amira.has_badge, amira.shows_name) == (True, True)


def test_another_person_of_the_same_name_is_added(db: Database, cast: Cast):
    _bring(db, "Amira,Khan,7", answers={(2, cast.amira): Answer.ANOTHER})
    assert _listed(db) == [*CAST, ("Amira Khan", "7")]
    again = _bring(db, "Amira,Khan,7", "Amira,Khan,11")
    assert (len(again.unchanged), again.asked, again.faults) == (2, (), ())


@pytest.mark.parametrize("year", ["10", "11"])
@pytest.mark.parametrize("otherwise", [None, Answer.MOVED_UP])
def test_whoever_has_left_does_not_come_back_with_a_file_unasked(
    db: Database, cast: Cast, year: str, otherwise: Answer | None
):
    mentors.set_state(db, cast.ben, mentors.MentorState.LEFT)
    file = _bring(db, f"Ben,Osei,{year}", "Dana,Lee,10", otherwise=otherwise)
    assert [(each.row, each.mentor.id, each.has_left) for each in file.asked] == [(2, cast.ben, True)]
    assert _listed(db) == CAST
    [fault] = mentor_file.refused_if_asked(file).faults
    assert fault == RowFault(2, "family_name", mentor_file.Wrong.HAS_LEFT, {"name": "Ben Osei"})


def test_a_leaver_is_left_out_or_is_another_person_as_it_is_said(db: Database, cast: Cast):
    mentors.set_state(db, cast.ben, mentors.MentorState.LEFT)
    file = _bring(db, "Ben,Osei,10", "Dana,Lee,10", answers={(2, cast.ben): Answer.LEFT_OUT})
    assert ([each.row for each in file.left_out], _listed(db)) == ([2], [*CAST, ("Dana Lee", "10")])
    _bring(db, "Ben,Osei,10", answers={(2, cast.ben): Answer.ANOTHER})
    assert _listed(db)[-1] == ("Ben Osei", "10")
    again = _bring(db, "Ben,Osei,10")
    assert (len(again.unchanged), again.asked) == (1, ()), "who is on the list comes before who has left"


def test_a_leaver_of_the_same_year_is_meant_before_a_namesake_in_another(db: Database, cast: Cast):
    mentors.set_state(db, cast.ben, mentors.MentorState.LEFT)
    _bring(db, "Ben,Osei,12", otherwise=Answer.ANOTHER)
    assert [each.mentor.id for each in _bring(db, "Ben,Osei,10", otherwise=Answer.MOVED_UP).asked] == [cast.ben]
    assert [each.new.year_group for each in _bring(db, "Ben,Osei,13", otherwise=Answer.MOVED_UP).moved] == ["13"]


def test_an_answer_for_somebody_else_is_no_answer(db: Database, cast: Cast):
    file = _bring(db, "Amira,Khan,12", answers={(2, cast.ben): Answer.MOVED_UP, (3, cast.amira): Answer.MOVED_UP})
    assert len(file.asked) == 1


def test_who_is_who_among_several_of_one_name_is_not_guessed(db: Database, cast: Cast):
    file = _bring(db, "Amira,Khan,11", "Amira,Khan,12", otherwise=Answer.MOVED_UP)
    assert [(each.row, each.code) for each in file.faults] == [(3, mentor_file.Wrong.SEVERAL)]
    _bring(db, "Amira,Khan,7", otherwise=Answer.ANOTHER)
    file = _bring(db, "Amira,Khan,8", otherwise=Answer.MOVED_UP)
    assert [(each.row, each.code) for each in file.faults] == [(2, mentor_file.Wrong.SEVERAL)]


def test_the_list_that_went_out_comes_in_and_changes_nobody(db: Database, cast: Cast):
    _bring(db, '"\'Akoto",=Fox,9')
    here = mentors.mentors(db)
    text = mentor_file.mentors_text(here)
    assert "'=Fox" in text
    file = bring_mentors(db, text.encode("utf-8-sig"), by="staff 1", now=at("09:00"), dry_run=False)
    assert (len(file.unchanged), file.mentors, file.notes, file.faults) == (4, (), (), ())
    assert mentors.mentors(db) == here


def _consents(db: Database) -> dict[str, tuple[str, str]]:
    """Consent and shown name of each mentor, by given name."""
    return {each.given_name: (each.consent, each.public_name) for each in mentors.mentors(db)}


@pytest.mark.parametrize(
    ("said", "consent"),
    [
        ("yes", "proposed"),
        ("Y", "proposed"),
        ("TRUE", "proposed"),
        ("no", "refused"),
        ("0", "refused"),
        ("", "not_asked"),
    ],
)
def test_an_import_agrees_to_a_shown_name_for_nobody(db: Database, cast: Cast, said: str, consent: str):
    content = _file(f"Dana,Lee,10,{said}", header=HEADER + ",shows_name")
    file = bring_mentors(db, content, by="staff 1", now=at("09:00"), dry_run=False)
    assert file.proposed == (consent == "proposed")
    assert _consents(db)["Dana"] == (consent, "A mentor")


def test_a_consent_in_no_word_for_yes_or_no_is_a_fault():
    assert _faults(_file("Dana,Lee,10,perhaps", header=HEADER + ",shows_name")) == [(2, "shows_name")]


def test_a_file_proposes_for_those_on_the_list_until_somebody_has_settled_it(db: Database, cast: Cast):
    everybody = ("Amira,Khan,11,{0}", "Ben,Osei,10,{0}", "Chidi,Okonkwo,10,{0}")

    def bring(said: str) -> MentorFile:
        content = _file(*(each.format(said) for each in everybody), header=HEADER + ",shows_name")
        return bring_mentors(db, content, by="staff 1", now=at("09:00"), dry_run=False)

    mentors.set_consent(db, cast.chidi, mentors.Consent.NOT_ASKED)
    assert bring("yes").consents == {cast.chidi: "proposed"}
    settled = {"Amira": ("agreed", "Amira"), "Ben": ("refused", "A mentor")}
    assert _consents(db) == {**settled, "Chidi": ("proposed", "A mentor")}
    assert bring("yes").consents == {}, "twice is once"
    assert bring("").consents == {}, "an empty cell takes nothing back"


def test_a_no_in_a_file_withdraws_a_consent_at_once_and_the_dry_run_says_whose(db: Database, cast: Cast):
    content = _file("Amira,Khan,11,no", "Ben,Osei,10,no", "Chidi,Okonkwo,10,no", header=HEADER + ",shows_name")
    mentors.set_consent(db, cast.chidi, mentors.Consent.PROPOSED)
    seen = bring_mentors(db, content, by="staff 1", now=at("09:00"), dry_run=True)
    assert ([each.id for each in seen.withdrawn], _consents(db)["Amira"]) == ([cast.amira], ("agreed", "Amira"))
    assert seen.consents == {cast.amira: "refused", cast.chidi: "refused"}
    bring_mentors(db, content, by="staff 1", now=at("09:00"), dry_run=False)
    assert set(_consents(db).values()) == {("refused", "A mentor")}
    assert rows(db, "select what from journal order by id")[-1]["what"] == "consent.refused"
    assert bring_mentors(db, content, by="staff 1", now=at("09:00"), dry_run=False).withdrawn == (), "twice is once"


def test_the_list_that_goes_out_says_who_agreed(db: Database, cast: Cast):
    mentors.set_consent(db, cast.chidi, mentors.Consent.PROPOSED)
    lines = mentor_file.mentors_text(mentors.mentors(db)).splitlines()
    assert [line.rpartition(",")[2] for line in lines] == ["shows_name", "yes", "no", ""]


def test_a_file_too_large_is_said_so():
    too_large = b"x" * (brought_files.LARGEST_FILE + 1)
    assert read_mentors(too_large).faults == (RowFault(1, "1", brought_files.Wrong.TOO_LARGE),)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (_file(header=HEADER + ",email" * 48), (1, "51", brought_files.Wrong.MANY_COLUMNS)),
        (_file(header=HEADER + "," * 400_000), (1, "51", brought_files.Wrong.MANY_COLUMNS)),
        (_file(header="given_name," + "n" * 10_001), (1, "2", brought_files.Wrong.LONG_CELL)),
        (
            _file("Dana,Lee,10", "Eli," + "\u0301\u0316" * 5_001 + ",9"),
            (3, "family_name", brought_files.Wrong.LONG_CELL),
        ),
        (_file('Dana,"' + "Lee\n" * 2_501 + '",10'), (2, "family_name", brought_files.Wrong.LONG_CELL)),
        (_file("Dana,Lee,10," + "," * 400_000 + "x"), (2, "4", brought_files.Wrong.MORE_CELLS)),
        (_file("," * 50 + '"' * 400_001), (2, "1", brought_files.Wrong.QUOTES)),
    ],
    ids=["columns", "empty columns", "a name", "accents", "lines", "cells", "quotes"],
)
def test_a_hostile_file_is_refused_at_its_first_limit(content: bytes, fault: tuple[int, str, brought_files.Wrong]):
    [found] = read_mentors(content).faults[:1]
    assert (found.row, found.column, found.code) == fault


def test_a_file_with_too_many_rows_is_refused_and_empty_ones_do_not_count(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(brought_files, "MOST_ROWS", 2)
    assert read_mentors(_file("", "Dana,Lee,10", " ,,", "Eli,Fox,9", "")).faults == ()
    [fault] = read_mentors(_file("", "Dana,Lee,10", "Eli,Fox,9", "Zoe,Ray,9", "Amy,Ray,9")).faults
    assert fault == RowFault(5, "1", brought_files.Wrong.MANY_ROWS, {"most": 2})


def test_no_file_has_more_faults_than_anybody_reads():
    for content in (_file("a,b,c,d\n" * 3_000), _file(",,10\n" * 3_000), _file(header=HEADER + ",x" * 40)):
        assert len(read_mentors(content).faults) <= brought_files.MOST_FAULTS
    few = read_mentors(_file(",,10\n" * 20 + "a,b,c,d\n" * 50))
    assert len(few.faults) + few.more_faults == 90, "what is not shown is counted"
    assert read_mentors(_file("\n" * 100_000, "Dana,Lee,10")).faults == (), "empty rows are no rows"


# Small inputs as schools save them: the bytes, what is read, and what is said of it.

SIMS = "Legal Surname,Forename,Preferred Forename,Year,Reg{}\r\nOkoro,Ava Grace,Ava,10,10A{}\r\n"


@pytest.mark.parametrize(
    ("content", "people"),
    [
        ("given_name\tfamily_name\tyear_group\r\nZoë\tŁkesson\t10\r\n".encode("utf-16"), [("Zoë", "Łkesson", "10")]),
        (b"given_name,family_name,year_group,,\r\nAva,Okoro,10,,\r\n", [("Ava", "Okoro", "10")]),
        (
            b"given_name,family_name,year_group\r\nAva,Okoro,10\r\ngiven_name,family_name,year_group\r\nBen,Tate,10\r\n",
            [("Ava", "Okoro", "10"), ("Ben", "Tate", "10")],
        ),
        (b"sep=;\r\ngiven_name;family_name;year_group\r\nAva;Okoro;10\r\n", [("Ava", "Okoro", "10")]),
        (b'Name,Year Group\r\n"Okoro, Ava",10\r\n', [("Ava", "Okoro", "10")]),
        (SIMS.format("", "").encode(), [("Ava Grace", "Okoro", "10")]),
        (b"Preferred Surname,Preferred Forename,Year\r\nOkoro,Ava,10\r\n", [("Ava", "Okoro", "10")]),
        (b'Name,Preferred Forename,Year\r\n"Okoro, Ava Grace",Ava,10\r\n', [("Ava Grace", "Okoro", "10")]),
        (b"Surname,Forename,Reg\r\nOkoro,Ava,10A\r\n", [("Ava", "Okoro", "10")]),
    ],
    ids=[
        "Unicode text", "empty columns", "repeated header", "sep line", "surname and forename", "a school's system",
        "preferred names alone", "a preferred name beside both", "the year in a form",
    ],
)  # fmt: skip
def test_a_file_is_read_as_schools_save_it(content: bytes, people: list[tuple[str, str, str]]):
    file = read_mentors(content)
    assert file.faults == ()
    assert [(each.given_name, each.family_name, each.year_group) for each in file.mentors] == people


def test_the_columns_of_a_schools_system_are_named_and_a_pupils_number_is_refused():
    file = read_mentors(SIMS.format("", "").encode())
    assert [(each.column, each.meant) for each in file.notes] == [
        ("Legal Surname", ("family_name",)),
        ("Forename", ("given_name",)),
        ("Preferred Forename", ("display_name",)),
        ("Year", ("year_group",)),
        ("Reg", ()),
    ]
    assert file.mentors[0].display_name == "Ava"
    file = read_mentors(SIMS.format(",UPN", ",A123456789012").encode())
    assert [(each.column, each.code) for each in file.faults] == [("UPN", mentor_file.Wrong.PUPIL_NUMBER)]
    assert len(file.notes) == 5, "what was understood is said all the same"


@given(st.binary(max_size=400))
def test_any_bytes_give_mentors_or_faults_and_never_both(content: bytes):
    file = read_mentors(content)
    assert bool(file.mentors) != bool(file.faults)


@given(st.text(alphabet='",;\n\rDana 10\x00', max_size=60))
def test_any_rows_under_a_good_header_give_mentors_or_faults(text: str):
    file = read_mentors(_file(text))
    assert bool(file.mentors) != bool(file.faults)
