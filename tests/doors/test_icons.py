"""The icons that templates show."""

import xml.etree.ElementTree as ET

from doors import icons
from doors.icons import STATIC


def test_every_icon_is_hidden_from_readers():
    given = {path.stem: ET.fromstring(icons.icon(path.stem)).attrib for path in (STATIC / "icons").glob("*.svg")}
    assert given
    assert [name for name, each in given.items() if each["aria-hidden"] != "true"] == []
    assert [name for name, each in given.items() if each["class"].split()[0] != "icon"] == []
