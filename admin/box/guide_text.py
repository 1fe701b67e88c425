"""The guide, `docs/guide.md`: its parts, its page as HTML, and the search in it. Knows no request and no database."""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

DOCS = Path(__file__).resolve().parents[2] / "docs"
PICTURES = DOCS / "pictures" / "guide"
LONGEST_QUERY = 100
# Letters around the first hit of an excerpt.
BEFORE, AROUND = 80, 300


@dataclass(frozen=True)
class Part:
    """One heading of the guide and what stands below it up to the next heading, as plain text, a text a block.

    `level` is 1 for the guide's own title, 2 for a part and 3 for a part within it.
    """

    anchor: str
    heading: str
    level: int
    blocks: tuple[str, ...]


@dataclass(frozen=True)
class Guide:
    """The whole guide: its parts in order, of which the first is its title, and all below the title as HTML."""

    parts: tuple[Part, ...]
    page: Markup

    @property
    def title(self) -> Part:
        """The guide's title and what stands before its first part."""
        return self.parts[0]

    @property
    def anchors(self) -> frozenset[str]:
        """The anchor of every heading."""
        return frozenset(each.anchor for each in self.parts)


@dataclass(frozen=True)
class Found:
    """A part that a search found, and an excerpt: pieces of text, each with whether it is what was looked for."""

    part: Part
    excerpt: tuple[tuple[str, bool], ...]


def anchor_of(heading: str) -> str:
    """The anchor of a heading, as code hosts make it: small letters, digits and hyphens."""
    return re.sub(r"[^\w -]", "", heading.casefold()).replace(" ", "-")


def read(text: str, *, pictures: str) -> Guide:
    """The guide from its Markdown, which begins with its title. `pictures`: the address at which pictures are served.

    HTML in the text is shown as text. A link to another document of the folder becomes its words: only the guide is
    served.
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor_of(_plain(inline)))
    for each in (child for token in tokens for child in token.children or ()):
        if each.type == "image":
            _measure(each, pictures)
    for token in tokens:
        if token.children:
            token.children = _without_links_elsewhere(token.children)
    title = next(number for number, token in enumerate(tokens) if token.type == "heading_close") + 1
    page = reader.renderer.render(tokens[title:], reader.options, {})
    page = page.replace("<table>", '<div class="scrolls" tabindex="0"><table>').replace("</table>", "</table></div>")
    return Guide(tuple(_parts(tokens)), Markup(page))  # noqa: S704 # our own file, and HTML in it is escaped


@cache
def guide(pictures: str) -> Guide:
    """The guide of this version, read once a process."""
    return read((DOCS / "guide.md").read_text(encoding="utf-8"), pictures=pictures)


def search(parts: Sequence[Part], query: str) -> list[Found]:
    """The parts that hold every word of the query, those with a word in their heading first."""
    words = _words(query)
    if not words:
        return []
    found = [each for each in parts if all(word in _text(each).casefold() for word in words)]
    found.sort(key=lambda each: not any(word in each.heading.casefold() for word in words))
    return [Found(each, _excerpt(each, words)) for each in found]


def _words(query: str) -> list[str]:
    """The words looked for, without the plural's "s", so that "badges" finds "badge" too."""
    return [re.sub(r"(?<=\w{3})s$", "", each) for each in query[:LONGEST_QUERY].casefold().split()]


def _text(part: Part) -> str:
    return "\n".join((part.heading, *part.blocks))


def _excerpt(part: Part, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """A piece of the block that has most of the words; the first block's beginning if the heading alone has them."""
    text = max(part.blocks, key=lambda block: sum(word in block.casefold() for word in words), default="")
    hit = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    first = hit.search(text)
    start = text.rfind(" ", 0, max(first.start() - BEFORE, 0)) + 1 if first else 0
    end = len(text) if start + AROUND >= len(text) else text.rfind(" ", start, start + AROUND)
    shown = ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")
    pieces = re.split(f"({hit.pattern})", shown, flags=re.IGNORECASE)
    return tuple((piece, number % 2 == 1) for number, piece in enumerate(pieces) if piece)


def _plain(inline: Token) -> str:
    """The text of an inline token without its marks; a picture has none."""
    return "".join(
        " " if each.type == "softbreak" else each.content
        for each in inline.children or ()
        if each.type in ("text", "code_inline", "softbreak")
    )


def _parts(tokens: Sequence[Token]) -> list[Part]:
    """The parts of the guide. Cells of a table's row are one block."""
    parts: list[tuple[Token, str, list[str]]] = []
    for before, token in pairwise(tokens):
        if before.type == "heading_open":
            parts.append((before, _plain(token), []))
        elif parts and token.type == "fence":
            parts[-1][2].append(token.content)
        elif parts and token.type == "tr_open":
            parts[-1][2].append("")
        elif parts and token.type == "inline" and before.type in ("td_open", "th_open"):
            parts[-1][2][-1] = f"{parts[-1][2][-1]} {_plain(token)}".strip()
        elif parts and token.type == "inline":
            parts[-1][2].append(_plain(token))
    return [
        Part(str(head.attrGet("id")), heading, int(head.tag[1]), tuple(filter(None, blocks)))
        for head, heading, blocks in parts
    ]


def _measure(image: Token, pictures: str) -> None:
    """Point a picture to where it is served, with its size, so that the page does not jump while it loads."""
    name = Path(str(image.attrGet("src"))).name
    image.attrSet("src", pictures + name)
    image.attrSet("loading", "lazy")
    with (PICTURES / name).open("rb") as png:
        width, height = struct.unpack(">II", png.read(24)[16:])
    image.attrs |= {"width": width, "height": height}


def _without_links_elsewhere(children: Sequence[Token]) -> list[Token]:
    """An inline token's children without the links that lead out of the guide."""
    kept, is_inside = [], True
    for each in children:
        if each.type == "link_open":
            is_inside = str(each.attrGet("href")).startswith("#")
        if is_inside or each.type not in ("link_open", "link_close"):
            kept.append(each)
    return kept
