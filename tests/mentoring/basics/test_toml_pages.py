"""TOML pages: every field by its kind, and each fault on its own line."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.basics import toml_pages
from mentoring.basics.toml_pages import Page, Table, Wrong


def nothing(_: Table) -> None:
    """A reader that asks for no field."""


def found(text: str, read: Callable[[Table], object] = nothing) -> list[tuple[int, Wrong]]:
    """The line and code of each fault, once the fields were read."""
    page = Page(text.encode())
    read(page.root)
    page.add_unknown()
    return [(each.line, Wrong(each.fault.code)) for each in page.faults]


@pytest.mark.parametrize(
    ("text", "read", "fault"),
    [
        ("\ntitle = 3", lambda root: root.text("title", most=9), (2, Wrong.NOT_TEXT)),
        ("\ntitle = '  '", lambda root: root.text("title", most=9), (2, Wrong.MISSING)),
        ("a = 1\n", lambda root: (root.number("a", least=1, most=1), root.text("b", most=9)), (1, Wrong.MISSING)),
        ('title = """\nlong\nlong"""', lambda root: root.text("title", most=8), (1, Wrong.LONG)),
        ("minutes = '5'", lambda root: root.number("minutes", least=1, most=9), (1, Wrong.NOT_NUMBER)),
        ("minutes = true", lambda root: root.number("minutes", least=1, most=9), (1, Wrong.NOT_NUMBER)),
        ("\n\nminutes = 10", lambda root: root.number("minutes", least=1, most=9), (3, Wrong.RANGE)),
        ("right = 'yes'", lambda root: root.truth("right"), (1, Wrong.NOT_TRUTH)),
        ("for = 'all'", lambda root: root.choice("for", ["staff"]), (1, Wrong.NO_CHOICE)),
        ("for = ['staff']", lambda root: root.choice("for", ["staff"]), (1, Wrong.NO_CHOICE)),
        ("list = []", lambda root: root.texts("list", most=2, longest=3), (1, Wrong.NOT_TEXTS)),
        ("list = ['a', ' ']", lambda root: root.texts("list", most=2, longest=3), (1, Wrong.NOT_TEXTS)),
        ("list = ['a', 'b', 'c']", lambda root: root.texts("list", most=2, longest=3), (1, Wrong.MANY)),
        ("list = ['abcd']", lambda root: root.texts("list", most=2, longest=3), (1, Wrong.LONG)),
        ("step = 1", lambda root: root.tables("step"), (1, Wrong.NOT_TABLES)),
        ("tilte = 'x'", nothing, (1, Wrong.UNKNOWN)),
    ],
)
def test_a_field_that_is_wrong_is_one_fault_on_its_line(text: str, read, fault: tuple[int, Wrong]):
    assert found(text, read) == [fault]


def test_fields_are_read_by_their_kind():
    lines = ('title = " A  title "', "minutes = 5", "right = true", 'for = "staff"', 'list = ["a", "b"]')
    page = Page(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    root = page.root
    assert (root.text("title", most=9), root.number("minutes", least=1, most=9)) == ("A title", 5)
    assert (root.truth("right"), root.truth("wrong"), root.choice("for", ["staff"])) == (True, False, "staff")
    assert (root.texts("list", most=2, longest=1), root.text("more", most=9, needed=False)) == (("a", "b"), "")
    page.add_unknown()
    assert page.faults == []


NESTED = '''# a comment
title = """
[[step]]
id = "not this one"
"""
list = [
    "one", # the first
    "two",
]

[[step]]
id = "a"
[[step.answer]]
text = "x"
slip = 1
[[step.answer]] # the second
text = 5

[[step]]
id = 7
[[step.answer]]
[other]
deep.er = 1
'''


def test_a_line_is_counted_through_long_values_and_tables_in_tables():
    def read(root: Table) -> None:
        root.text("title", most=99)
        root.texts("list", most=9, longest=9)
        for step in root.tables("step"):
            step.text("id", most=9)
            for answer in step.tables("answer"):
                answer.text("text", most=9)

    assert sorted(found(NESTED, read)) == [
        (15, Wrong.UNKNOWN),
        (17, Wrong.NOT_TEXT),
        (20, Wrong.NOT_TEXT),
        (21, Wrong.MISSING),
        (22, Wrong.UNKNOWN),
    ]


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (b"title = 'a'\nwhy = \n", 2, Wrong.NOT_TOML),
        (b"title = 'a'\ntitle = 'b'", 2, Wrong.NOT_TOML),
        (b"a = 1\nb = '\xff'", 2, Wrong.NOT_UTF8),
        (b"#" * (toml_pages.LARGEST_PAGE + 1), 1, Wrong.LARGE),
        (b"a = " + b"[" * 9_000, 1, Wrong.NOT_TOML),
    ],
    ids=["no value", "twice", "Latin 1", "large", "deep"],
)
def test_a_file_that_is_no_toml_is_one_fault(content: bytes, line: int, code: Wrong):
    page = Page(content)
    page.root.text("title", most=9)
    page.add_unknown()
    assert [(each.line, each.fault.code) for each in page.faults] == [(line, code)]


def test_many_faults_are_cut():
    assert len(found("\n".join(f"a{n} = 1" for n in range(99)))) == toml_pages.MOST_FAULTS


@given(st.binary(max_size=200))
def test_any_bytes_are_fields_or_faults(content: bytes):
    page = Page(content)
    assert page.is_read == (not page.faults)


@given(st.text(alphabet="ab[]=.\"'\n #1", max_size=60))
def test_every_line_is_one_of_the_file(text: str):
    page = Page(text.encode())
    page.add_unknown()
    assert all(1 <= each.line <= text.count("\n") + 1 for each in page.faults)


def test_brackets_and_hashes_in_texts_are_no_structure():
    lines = ["list = [", *['    "a] # [[b", # c]'] * 500, "]", "'slip' = '[['", "other = [[1], [2]] # ]"]
    page = Page("\n".join(lines).encode())
    page.root.texts("list", most=500, longest=20)
    page.add_unknown()
    assert [(each.line, each.fault.values["name"]) for each in page.faults] == [(503, "slip"), (504, "other")]
