"""Which way a request came, and which address is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doors.arrival import Way, arrival


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
