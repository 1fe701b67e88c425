"""What both doors share: whom they answer, and what every answer says of itself (P22, P23)."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doors import serving
from doors.serving import HEADERS, STATIC, Way, arrival, browser_key, is_ours, may_post

NAMES = frozenset({"dropin.harbour.example"})


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("LocalHost:8001", True),
        ("[::1]", True),
        ("[::1]:8000", True),
        ("dropin.harbour.example", True),
        ("DropIn.Harbour.example:443", True),
        ("", False),
        (":8000", False),
        ("127.0.0.1:", False),
        ("127.0.0.1:port", False),
        ("127.0.0.1:80:80", False),
        ("::1", False),
        ("[::1", False),
        ("[::1]evil.example", False),
        ("[::1]:8000.evil.example", False),
        ("evil.example", False),
        ("evil.example:8000", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False),
        ("evil.dropin.harbour.example", False),
        ("127.0.0.2", False),
        ("0.0.0.0", False),
        ("127.0.0.1 ", False),
        ("127.0.0.1,evil.example", False),
        ("user@127.0.0.1", False),
    ],
)
def test_a_door_answers_to_its_own_names_alone(host: str, *, ours: bool):
    assert is_ours(host, names=NAMES) is ours


def test_without_further_names_only_this_box_is_ours():
    assert not is_ours("dropin.harbour.example", names=frozenset())


@pytest.mark.parametrize(
    ("origin", "fetch_site", "allowed"),
    [
        (None, None, True),
        (None, "same-origin", True),
        (None, "none", True),
        (None, "same-site", False),
        (None, "cross-site", False),
        (None, "", False),
        (None, "Same-Origin!", False),
        ("http://127.0.0.1:8000", None, True),
        ("http://127.0.0.1:8000", "same-origin", True),
        ("http://127.0.0.1:8000", "cross-site", False),
        ("http://127.0.0.1:8000", "same-site", False),
        ("http://127.0.0.1:8001", None, False),
        ("http://127.0.0.1", None, False),
        ("http://localhost:8000", None, False),
        ("http://evil.example", None, False),
        ("http://evil.example", "same-origin", False),
        ("http://127.0.0.1:8000.evil.example", None, False),
        ("http://127.0.0.1:8000@evil.example", None, False),
        ("http://evil.example/127.0.0.1:8000", None, False),
        ("127.0.0.1:8000", None, False),
        ("null", None, False),
        ("", None, False),
    ],
)
def test_a_post_comes_from_our_own_page_or_from_no_page(origin: str | None, fetch_site: str | None, *, allowed: bool):
    assert may_post(host="127.0.0.1:8000", origin=origin, fetch_site=fetch_site) is allowed


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [(None, True), ("https://box.example", True), ("http://box.example", False), ("", False), ("null", False)],
)
def test_behind_tls_our_own_page_is_https(origin: str | None, *, allowed: bool):
    assert may_post(host="box.example", origin=origin, fetch_site=None, tls=True) is allowed


@pytest.mark.parametrize(
    ("peer", "address", "proto", "proxied", "came"),
    [
        ("127.0.0.1", None, None, False, (Way.BOX, "127.0.0.1")),
        ("127.0.0.1", None, None, True, (Way.BOX, "127.0.0.1")),
        ("::1", None, None, True, (Way.BOX, "::1")),
        ("127.0.0.1", "10.1.2.3", "https", True, (Way.PROXY, "10.1.2.3")),
        ("127.0.0.1", "fd00::7", "https", True, (Way.PROXY, "fd00::7")),
        ("127.0.0.1", "127.0.0.1", "https", True, (Way.PROXY, "127.0.0.1")),  # a browser on the box, by its name
        # A proxy nobody told us of, one without TLS, and one that passes on what strangers send.
        ("127.0.0.1", "10.1.2.3", "https", False, (Way.BARE, "127.0.0.1")),
        ("127.0.0.1", "10.1.2.3", "http", True, (Way.BARE, "127.0.0.1")),
        ("127.0.0.1", "10.1.2.3", None, True, (Way.BARE, "127.0.0.1")),
        ("127.0.0.1", None, "https", True, (Way.BARE, "127.0.0.1")),
        ("127.0.0.1", "", "https", True, (Way.BARE, "127.0.0.1")),
        ("127.0.0.1", "127.0.0.1, 10.1.2.3", "https", True, (Way.BARE, "127.0.0.1")),
        ("127.0.0.1", "somebody", "https", True, (Way.BARE, "127.0.0.1")),
        # Over the network nothing that is said is believed.
        ("10.1.2.3", None, None, True, (Way.BARE, "10.1.2.3")),
        ("10.1.2.3", "127.0.0.1", "https", True, (Way.BARE, "10.1.2.3")),
        ("10.1.2.3", "127.0.0.1", "https", False, (Way.BARE, "10.1.2.3")),
        ("", None, None, True, (Way.BARE, "")),
    ],
)
def test_only_our_own_proxy_is_believed(
    peer: str, address: str | None, proto: str | None, came: tuple[Way, str], *, proxied: bool
):
    assert arrival(peer=peer, forwarded_for=address, forwarded_proto=proto, proxied=proxied) == came


@given(peer=st.text(), address=st.none() | st.text(), proto=st.none() | st.text(), proxied=st.booleans())
def test_whatever_is_said_has_a_way(peer: str, address: str | None, proto: str | None, *, proxied: bool):
    assert arrival(peer=peer, forwarded_for=address, forwarded_proto=proto, proxied=proxied)[0] in Way


@given(st.text())
def test_any_text_is_a_key_of_one_shape(text: str):
    assert re.fullmatch(r"[0-9a-f]{32}", browser_key(text))


def test_the_same_text_is_the_same_key_and_another_is_another():
    assert browser_key("a") == browser_key("a") != browser_key("b")
    assert re.fullmatch(r"[0-9a-f]{32}", browser_key("half a \ud800 letter"))


def test_the_policy_lets_nothing_in_from_elsewhere_and_nothing_run_in_line():
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    assert HEADERS["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", sorted(path.stem for path in (STATIC / "icons").glob("*.svg")))
def test_every_icon_is_hidden_from_readers(name: str):
    svg = ET.fromstring(serving.icon(name))
    assert svg.attrib["aria-hidden"] == "true"
    assert svg.attrib["class"].split()[0] == "icon"


@pytest.mark.parametrize("origin", ["http://[", "https://[::1", "http://[bad]", "null", "", "http://"])
def test_a_broken_origin_is_a_foreign_one(origin: str):
    assert may_post(host="127.0.0.1:8000", origin=origin, fetch_site=None) is False
