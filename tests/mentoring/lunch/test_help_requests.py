"""Help requests: nothing in them could say who asked, or when (P7, P8)."""

import re
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from mentoring.lunch import help_requests
from mentoring.lunch.help_requests import WORDS, Called, Ended, Outcome, Ticket, Topic, Waiting, next_for, ticket_word
from mentoring.store.database import rows
from tests.conftest import Cast
from tests.mentoring.conftest import AtOnce

AMIRA, BEN, CHIDI = 1, 2, 3

# Every column of a request, and why it tells nothing of the pupil.
ALLOWED = {
    "id": "random, the address of the ticket's page",
    "key": "random, made by the page for one tap",
    "drop_in_id": "which lunch",
    "place": "the order within that lunch, forgotten at its end",
    "ticket": "a word drawn at random",
    "topic": "one of eight",
    "wish": "a mentor, not the pupil",
    "state": "one of five",
    "outcome": "one of a few, as the mentor saw it",
    "taken_by": "a mentor, not the pupil",
    "missed": "how often nobody answered to the word",
    "spent": "whether the ticket's page was left",
}


def _ask(db: Database, cast: Cast, key: str, *, wish: int | None = None, topic: Topic = Topic.COMPANY) -> Ticket:
    return help_requests.ask(db, drop_in_id=cast.drop_in, topic=topic, wish=wish, key=key)


def _call(db: Database, cast: Cast, mentor_id: int) -> Called | None:
    on_duty = frozenset({cast.amira, cast.ben})
    return help_requests.call_next(db, mentor_id, drop_in_id=cast.drop_in, on_duty=on_duty)


def _waiting(db: Database, cast: Cast) -> list[str]:
    return help_requests.waiting_words(db, drop_in_id=cast.drop_in)


def _state(db: Database, ticket: Ticket) -> str:
    return str(rows(db, "select state from help_requests where id = :id", id=ticket.id)[0]["state"])


# What is not there cannot be told


def test_no_column_could_hold_who_asked_or_when(db: Database):
    columns = {each["name"] for each in rows(db, "select name from pragma_table_info('help_requests')")}
    assert columns == set(ALLOWED)


def test_nothing_else_in_the_store_points_at_a_request(db: Database):
    pointing = rows(
        db,
        """
        select tables.name, link."table"
          from sqlite_schema as tables
          join pragma_foreign_key_list(tables.name) as link
         where tables.type = 'table' and link."table" = 'help_requests'""",
    )
    assert pointing == []
    triggers = rows(db, "select name from sqlite_schema where type = 'trigger' and tbl_name = 'help_requests'")
    assert triggers == []


def test_a_request_from_its_asking_to_its_end_leaves_no_trace_elsewhere(db: Database, cast: Cast):
    before = _all_but_requests(db)
    first, second, third = (_ask(db, cast, key) for key in "abc")
    called = _call(db, cast, cast.amira)
    assert called is not None
    help_requests.finish(db, called.id, mentor_id=cast.amira, outcome=Outcome.TALKED)
    help_requests.withdraw(db, second.id)
    called = _call(db, cast, cast.ben)
    assert called is not None
    help_requests.cannot_find(db, called.id, mentor_id=cast.ben)
    help_requests.spend(db, third.id)
    assert _all_but_requests(db) == before
    assert first.id != second.id


def test_no_value_of_a_request_looks_like_a_time_or_an_address(db: Database, cast: Cast):
    _ask(db, cast, "a", wish=cast.amira)
    [request] = rows(db, "select * from help_requests")
    values = {name: str(request[name]) for name in ALLOWED if name not in ("id", "key")}
    assert values == {
        "drop_in_id": str(cast.drop_in),
        "place": "1",
        "ticket": request["ticket"],
        "topic": "company",
        "wish": str(cast.amira),
        "state": "asked",
        "outcome": "",
        "taken_by": "None",
        "missed": "0",
        "spent": "0",
    }


def test_a_tickets_address_is_random_and_long(db: Database, cast: Cast):
    ids = {_ask(db, cast, key).id for key in "abcdefgh"}
    assert len(ids) == 8
    assert all(re.fullmatch(r"request-[A-Za-z0-9_-]{16}", each) for each in ids)


def test_there_are_exactly_eight_topics():
    assert [topic.value for topic in Topic] == [
        "schoolwork",
        "friendships",
        "peer_pressure",
        "family",
        "bullying",
        "company",
        "something_else",
        "rather_not_say",
    ]


# The word to be called by


def test_there_are_eighty_words_of_a_colour_and_an_animal():
    assert len(set(WORDS)) == 80
    assert all(len(word.split()) == 2 for word in WORDS)
    assert {"Blue Turtle", "Silver Squirrel"} <= set(WORDS)


@given(st.frozensets(st.sampled_from(WORDS)), st.integers(0, 2**30))
def test_nobody_gets_a_word_that_is_taken(used: frozenset[str], pick: int):
    word = ticket_word(used, pick=pick)
    assert word not in used
    assert (word in WORDS) == (len(used) < 80)


def test_the_word_does_not_tell_the_order():
    for used in (frozenset(), frozenset(WORDS[:40]), frozenset(WORDS[::2])):
        drawn = {ticket_word(used, pick=pick) for pick in range(80)}
        assert drawn == set(WORDS) - used


def test_after_eighty_the_words_come_again_with_a_number():
    used = frozenset(WORDS)
    assert {ticket_word(used, pick=pick) for pick in range(80)} == {f"{word} 2" for word in WORDS}
    twice = used | {f"{word} 2" for word in WORDS}
    assert ticket_word(twice, pick=0) == f"{WORDS[0]} 3"


def test_the_eighty_first_pupil_of_a_lunch_has_a_word_too(db: Database, cast: Cast):
    tickets = [_ask(db, cast, f"tap {number}") for number in range(82)]
    words = [ticket.word for ticket in tickets]
    assert set(words[:80]) == set(WORDS)
    assert words[:80] != sorted(words[:80], key=WORDS.index)
    assert all(re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+ 2", word) for word in words[80:])
    assert _waiting(db, cast) == words


# Asking


def test_a_second_tap_is_the_same_request(db: Database, cast: Cast):
    first = _ask(db, cast, "a")
    assert _ask(db, cast, "a", topic=Topic.FAMILY) == first
    assert _waiting(db, cast) == [first.word]


def test_one_key_tapped_on_eight_threads_at_once_is_one_request(db: Database, cast: Cast, at_once: AtOnce):
    tickets = at_once(8, lambda mine: _ask(mine, cast, "a"))
    assert len(set(tickets)) == 1
    assert len(_waiting(db, cast)) == 1


def test_pupils_who_ask_at_once_each_have_a_place_and_a_word(db: Database, cast: Cast, at_once: AtOnce):
    keys = count()
    tickets = at_once(8, lambda mine: [_ask(mine, cast, f"tap {next(keys)}") for _ in range(5)])
    words = {ticket.word for few in tickets for ticket in few}
    places = [each["place"] for each in rows(db, "select place from help_requests order by place")]
    assert len(words) == 40
    assert places == list(range(1, 41))


def test_a_ticket_is_spent_once_its_page_was_left(db: Database, cast: Cast):
    ticket = _ask(db, cast, "a")
    help_requests.spend(db, ticket.id)
    found = help_requests.ticket(db, ticket.id)
    assert found is not None
    assert found.spent
    assert _ask(db, cast, "a").spent
    assert _waiting(db, cast) == [ticket.word]


def test_a_ticket_nobody_holds_is_none(db: Database):
    assert help_requests.ticket(db, "x") is None


# Withdrawing


def test_a_withdrawn_request_waits_no_more(db: Database, cast: Cast):
    ticket = _ask(db, cast, "a")
    help_requests.withdraw(db, ticket.id)
    assert _waiting(db, cast) == []
    assert _state(db, ticket) == "withdrawn"
    found = help_requests.ticket(db, ticket.id)
    assert found is not None
    assert found.spent


def test_a_request_can_be_withdrawn_while_it_is_being_called(db: Database, cast: Cast):
    ticket = _ask(db, cast, "a")
    _call(db, cast, cast.amira)
    help_requests.withdraw(db, ticket.id)
    assert help_requests.called_by(db, cast.amira, drop_in_id=cast.drop_in) is None


def test_a_ticket_whose_page_was_left_withdraws_nothing(db: Database, cast: Cast):
    ticket = _ask(db, cast, "a")
    help_requests.spend(db, ticket.id)
    help_requests.withdraw(db, ticket.id)
    assert _waiting(db, cast) == [ticket.word]


def test_a_finished_talk_cannot_be_withdrawn(db: Database, cast: Cast):
    ticket = _ask(db, cast, "a")
    _call(db, cast, cast.amira)
    help_requests.finish(db, ticket.id, mentor_id=cast.amira, outcome=Outcome.TALKED)
    help_requests.withdraw(db, ticket.id)
    assert _state(db, ticket) == "done"


# Calling


@pytest.mark.parametrize(
    ("wishes", "chosen"),
    [
        ([], None),
        ([None], "0"),
        ([None, None], "0"),
        ([AMIRA], "0"),
        ([BEN], None),
        ([BEN, None], "1"),
        ([BEN, AMIRA], "1"),
        ([None, AMIRA], "0"),
        ([CHIDI], "0"),
        ([CHIDI, AMIRA], "0"),
        ([BEN, CHIDI, None], "1"),
    ],
)
def test_the_next_one_is_the_first_who_wished_for_anyone_for_me_or_for_a_mentor_who_is_not_here(
    wishes: list[int | None], chosen: str | None
):
    waiting = [Waiting(str(place), wish) for place, wish in enumerate(wishes)]
    assert next_for(waiting, mentor_id=AMIRA, on_duty=frozenset({AMIRA, BEN})) == chosen


def test_a_second_tap_on_next_shows_the_same_one(db: Database, cast: Cast):
    first, second = _ask(db, cast, "a", topic=Topic.FAMILY), _ask(db, cast, "b")
    called = Called(first.id, first.word, Topic.FAMILY)
    assert _call(db, cast, cast.amira) == called
    assert _call(db, cast, cast.amira) == called
    assert _waiting(db, cast) == [second.word]


def test_two_mentors_who_tap_at_once_call_two_pupils(db: Database, cast: Cast, at_once: AtOnce):
    tickets = {_ask(db, cast, key).id for key in "ab"}
    mentors = iter([cast.amira, cast.ben])
    called = at_once(2, lambda mine: _call(mine, cast, next(mentors)))
    assert {each.id for each in called} == tickets


def test_nobody_waits_means_nobody_is_called(db: Database, cast: Cast):
    assert _call(db, cast, cast.amira) is None


def test_a_wish_waits_for_its_mentor_while_they_are_on_duty(db: Database, cast: Cast):
    for_ben = _ask(db, cast, "a", wish=cast.ben)
    assert _call(db, cast, cast.amira) is None
    called = _call(db, cast, cast.ben)
    assert called is not None
    assert called.id == for_ben.id


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_finished_talk_frees_the_mentor_for_the_next(db: Database, cast: Cast, outcome: Outcome):
    first, second = _ask(db, cast, "a"), _ask(db, cast, "b")
    _call(db, cast, cast.amira)
    help_requests.finish(db, first.id, mentor_id=cast.amira, outcome=outcome)
    assert _state(db, first) == "done"
    called = _call(db, cast, cast.amira)
    assert called is not None
    assert called.id == second.id


def test_only_the_mentor_who_called_can_finish(db: Database, cast: Cast):
    ticket = _ask(db, cast, "a")
    _call(db, cast, cast.amira)
    help_requests.finish(db, ticket.id, mentor_id=cast.ben, outcome=Outcome.TALKED)
    help_requests.cannot_find(db, ticket.id, mentor_id=cast.ben)
    assert _state(db, ticket) == "taken"


def test_who_does_not_answer_waits_once_more_behind_the_others_and_then_ends_quietly(db: Database, cast: Cast):
    shy, other = _ask(db, cast, "a"), _ask(db, cast, "b")
    _call(db, cast, cast.amira)
    help_requests.cannot_find(db, shy.id, mentor_id=cast.amira)
    assert _waiting(db, cast) == [other.word, shy.word]
    help_requests.cannot_find(db, shy.id, mentor_id=cast.amira)  # the same tap again
    assert _waiting(db, cast) == [other.word, shy.word]
    _call(db, cast, cast.ben)
    _call(db, cast, cast.amira)
    help_requests.cannot_find(db, shy.id, mentor_id=cast.amira)
    assert _waiting(db, cast) == []
    assert _state(db, shy) == "not_found"


# Taking the end of a talk back

ENDS = [*Outcome, None]  # None: nobody answered to the word


def _end(db: Database, ticket: Ticket, mentor_id: int, outcome: Outcome | None) -> Ended:
    if outcome:
        ended = help_requests.finish(db, ticket.id, mentor_id=mentor_id, outcome=outcome)
    else:
        ended = help_requests.cannot_find(db, ticket.id, mentor_id=mentor_id)
    assert ended is not None
    return ended


def _rows(db: Database) -> list[dict[str, object]]:
    return [dict(each) for each in rows(db, "select * from help_requests order by id")]


@pytest.mark.parametrize("outcome", ENDS)
def test_an_end_that_is_taken_back_leaves_everything_as_it_was(db: Database, cast: Cast, outcome: Outcome | None):
    ticket, _ = _ask(db, cast, "a"), _ask(db, cast, "b")
    _call(db, cast, cast.amira)
    before = _rows(db)
    ended = _end(db, ticket, cast.amira, outcome)
    assert _rows(db) != before
    for _ in range(2):  # the second tap changes nothing
        help_requests.take_back(db, ended, mentor_id=cast.amira)
        assert _rows(db) == before


def test_the_last_miss_is_taken_back_too(db: Database, cast: Cast):
    ticket = _ask(db, cast, "a")
    _call(db, cast, cast.amira)
    _end(db, ticket, cast.amira, None)
    _call(db, cast, cast.amira)
    before = _rows(db)
    ended = _end(db, ticket, cast.amira, None)
    assert _state(db, ticket) == "not_found"
    help_requests.take_back(db, ended, mentor_id=cast.amira)
    assert _rows(db) == before


@pytest.mark.parametrize("outcome", ENDS)
def test_nothing_is_taken_back_while_the_mentor_has_called_somebody_else(
    db: Database, cast: Cast, outcome: Outcome | None
):
    ticket, other = _ask(db, cast, "a"), _ask(db, cast, "b")
    _call(db, cast, cast.amira)
    ended = _end(db, ticket, cast.amira, outcome)
    _call(db, cast, cast.amira)
    after = _rows(db)
    help_requests.take_back(db, ended, mentor_id=cast.amira)
    assert _rows(db) == after
    assert _state(db, other) == "taken"


def test_nobody_takes_back_a_pupil_whom_another_mentor_has_called_or_missed_again(db: Database, cast: Cast):
    ticket = _ask(db, cast, "a")
    _call(db, cast, cast.amira)
    ended = _end(db, ticket, cast.amira, None)
    for then in (lambda: _call(db, cast, cast.ben), lambda: _end(db, ticket, cast.ben, None)):
        then()
        after = _rows(db)
        help_requests.take_back(db, ended, mentor_id=cast.amira)
        assert _rows(db) == after


def test_nobody_takes_back_a_pupil_who_has_changed_their_mind(db: Database, cast: Cast):
    ticket = _ask(db, cast, "a")
    _call(db, cast, cast.amira)
    ended = _end(db, ticket, cast.amira, None)
    help_requests.withdraw(db, ticket.id)
    help_requests.take_back(db, ended, mentor_id=cast.amira)
    assert _state(db, ticket) == "withdrawn"


def test_nobody_takes_back_the_talk_of_another_mentor(db: Database, cast: Cast):
    ticket = _ask(db, cast, "a")
    _call(db, cast, cast.amira)
    ended = _end(db, ticket, cast.amira, Outcome.TALKED)
    help_requests.take_back(db, ended, mentor_id=cast.ben)
    assert _state(db, ticket) == "done"


def _all_but_requests(db: Database) -> list[str]:
    return [line for line in db.conn.iterdump() if not line.startswith('INSERT INTO "help_requests"')]
