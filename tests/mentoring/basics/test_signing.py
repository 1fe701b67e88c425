"""Signatures: of one paper, one meaning and one content; the paper alone makes the key again."""

import re

from mentoring.basics import sealing, signing


def test_the_key_follows_from_the_paper_and_from_nothing_else():
    recovery = sealing.new_key()
    key = signing.key_of(recovery)
    assert signing.key_of(sealing.key_from_paper(recovery.words)) == key
    assert signing.key_of(sealing.key_from_paper(recovery.private.lower())) == key
    assert signing.key_of(sealing.new_key()) != key
    assert len(key) == 32


def test_a_fingerprint_is_short_and_another_for_another_key():
    one, other = (signing.fingerprint(signing.key_of(sealing.new_key())) for _ in range(2))
    assert re.fullmatch(r"(?:[A-Z2-7]{4} ){3}[A-Z2-7]{4}", one)
    assert one != other


def test_a_signature_fits_its_key_its_meaning_and_its_content_alone():
    key, other = (signing.key_of(sealing.new_key()) for _ in range(2))
    made = signing.sign(key, "backup", b"content")
    assert signing.signer([other, key], "backup", b"content", made) == key
    assert signing.signer([other], "backup", b"content", made) is None
    assert signing.signer([], "backup", b"content", made) is None
    for what, content, signature in (
        ("tombstones", b"content", made),
        ("backup", b"contents", made),
        ("backup", b"content", ""),
        ("backup", b"content", made.upper()),
        ("backup", b"content", "\N{LATIN SMALL LETTER A WITH DIAERESIS}" * 64),
    ):
        assert signing.signer([key], what, content, signature) is None
