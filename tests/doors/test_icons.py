"""The icons that templates show."""

import xml.etree.ElementTree as ET

import pytest

from doors import icons
from doors.icons import STATIC


@pytest.mark.parametrize("name", sorted(path.stem for path in (STATIC / "icons").glob("*.svg")))
def test_every_icon_is_hidden_from_readers(name: str):
    svg = ET.fromstring(icons.icon(name))
    assert svg.attrib["aria-hidden"] == "true"
    assert svg.attrib["class"].split()[0] == "icon"
