"""The guide on the staff pages: its page, the search in it, and the way from each page to its part."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from admin.app import AREAS, create_app
from admin.box import guide_text
from admin.frame.area import guide_of, rights_of
from mentoring.access.staff import Role
from mentoring.basics.settings import Settings
from tests.walking import page

TEXT = """# The first week

Begin here.

## Monday: set up

- **Room and times**: the day, [ten steps](deploy.md), [below](#the-badges).

## The badges

![The badges page](pictures/guide/badges-laptop.png)

| what | how |
| --- | --- |
| a card | cut it out |

<script>alert(1)</script> and [a trap](javascript:alert(1)) <b>bold</b>
"""
READ = guide_text.read(TEXT, pictures="/guide/pictures/")


def test_a_guide_has_parts_with_anchors():
    assert [(each.anchor, each.heading, each.level) for each in READ.parts] == [
        ("the-first-week", "The first week", 1),
        ("monday-set-up", "Monday: set up", 2),
        ("the-badges", "The badges", 2),
    ]
    assert READ.parts[2].blocks[:2] == ("what how", "a card cut it out")
    assert '<h2 id="monday-set-up">' in READ.page
    assert "<h1" not in READ.page, "its title stands in the page's head"


def test_no_html_no_script_and_no_way_out_comes_from_its_text():
    assert "<script" not in READ.page
    assert "<b>" not in READ.page
    assert "javascript:" not in "".join(re.findall(r"<a [^>]*>", READ.page))
    assert "ten steps" in READ.page
    assert re.findall(r'href="([^"]*)"', READ.page) == ["#the-badges"]


def test_a_picture_says_its_size_before_it_is_there():
    assert (
        '<img src="/guide/pictures/badges-laptop.png" alt="The badges page" loading="lazy" width="1440" height="'
        in READ.page
    )


@pytest.mark.parametrize(
    ("query", "anchors"),
    {
        "badge": ["the-badges"],
        "Badges": ["the-badges"],
        "card cut": ["the-badges"],
        "card room": [],
        "times the": ["monday-set-up"],
        "week": ["the-first-week"],
        "": [],
        "  ": [],
        ".*": [],
    }.items(),
)
def test_a_search_finds_the_parts_that_have_every_word(query: str, anchors: list[str]):
    assert [each.part.anchor for each in guide_text.search(READ.parts, query)] == anchors


def test_a_heading_comes_first_and_the_excerpt_marks_the_words():
    parts = (
        guide_text.Part("rota", "The rota", 2, (f"{'so many words ' * 40}the badge here {'and more ' * 60}",)),
        guide_text.Part("badges", "Badges", 2, ("Print them.",)),
    )
    first, second = guide_text.search(parts, "badges")
    assert (first.part.anchor, first.excerpt) == ("badges", (("Print them.", False),))
    assert [piece for piece, is_hit in second.excerpt if is_hit] == ["badge"]
    shown = "".join(piece for piece, _ in second.excerpt)
    assert len(shown) < guide_text.AROUND + 10
    assert shown.startswith("… ")
    assert shown.endswith(" …")


def test_every_staff_page_has_its_part_of_the_guide():
    app, rights, known = create_app(Settings()), rights_of(AREAS), guide_of(AREAS)
    pages = {
        each.endpoint
        for each in app.url_map.iter_rules()
        if "GET" in (each.methods or ()) and each.endpoint not in rights.open_to_all | rights.polled
    } - {"guide_page.show", "guide_page.picture"}
    assert {each for each in pages if each not in known and each.partition(".")[0] not in known} == set()
    assert set(known.values()) - guide_text.guide("").anchors == set()
    assert {each for each in known if each not in pages | {page.partition(".")[0] for page in pages}} == set()


def test_no_two_headings_of_the_guide_have_one_anchor():
    anchors = [each.anchor for each in guide_text.guide("").parts]
    assert sorted(anchors) == sorted(set(anchors))


def test_a_page_leads_to_its_part_and_the_guide_has_it(lead: FlaskClient):
    assert 'href="/guide#import-your-list"' in lead.get("/mentors/import").text
    guide = lead.get("/guide")
    assert 'id="import-your-list"' in guide.text
    assert 'class="help"' not in guide.text
    assert "style=" not in guide.text
    for each in page(guide).all("img"):
        with lead.get(each["src"]) as picture:
            assert picture.content_type == "image/png"


def test_the_guide_is_searched_without_a_script(as_role: Callable[[Role], FlaskClient]):
    door = as_role(Role.HELPER)
    found = page(door.get("/guide?q=lost+badges"))
    assert ("Badges", "/guide#badges") in [(each.words, each.href) for each in found.targets]
    assert "No part has “<b>”" in page(door.get("/guide?q=%3Cb%3E")).text
    assert door.get("/guide/pictures/..%2F..%2Fkiosk.png").status_code == 404
