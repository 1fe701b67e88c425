"""What of a name is printed, and which names look the same on a badge. Knows no font and no page."""

import re
import unicodedata

JOINERS = "\u200c\u200d"  # some scripts need them

_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff][\ufe0e\ufe0f]?\u200d?"
    "|[\ufe0e\ufe0f\u20e3\U000e0000-\U000e007f]"
)


def shown(text: str) -> tuple[str, str]:
    """The text as it is set, on one line without invisible letters, and the emoji that are left out of it."""
    out = "".join(_EMOJI.findall(text))
    emoji = "".join(dict.fromkeys(letter for letter in out if unicodedata.category(letter)[0] == "S"))
    return one_line(_EMOJI.sub("", text)), emoji


def one_line(text: str) -> str:
    """The text on one line with single spaces, composed (NFC), without control characters and direction marks."""
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] != "C" or letter in JOINERS).strip()


def likeness(text: str) -> str:
    """Equal for names that look the same on a badge: its letters, their signs and its digits, in one case."""
    plain = unicodedata.normalize("NFKC", shown(text)[0]).casefold()
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] in "LMN")
