"""Signs what a box writes for a restore, so that a restore knows who wrote it. Knows no database and no clock.

age proves no sender: whoever knows a public key can seal anything to it. The signature is a message authentication
code (HMAC-SHA256, RFC 2104). Its key follows from the recovery key's private half: the box keeps it from the moment the
recovery key is made, and whoever holds the paper has it again on any box, with nothing more to type.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from mentoring.basics.sealing import Key

# words

_PURPOSE = b"drop-in signing key 1"
_FINGERPRINT = b"drop-in fingerprint 1"
_FINGERPRINT_BYTES = 10  # 80 bits: sixteen characters to compare with paper


# rules


def key_of(recovery: Key) -> bytes:
    """The signing key that follows from a recovery key: 32 bytes, and no way back from it to the recovery key."""
    return hmac.digest(recovery.private.strip().upper().encode(), _PURPOSE, hashlib.sha256)


def fingerprint(key: bytes) -> str:
    """Sixteen letters and digits in groups of four that tell one signing key from another, as paper shows them."""
    shown = base64.b32encode(hmac.digest(key, _FINGERPRINT, hashlib.sha256)[:_FINGERPRINT_BYTES]).decode()
    return " ".join(shown[place : place + 4] for place in range(0, len(shown), 4))


def sign(key: bytes, what: str, content: bytes) -> str:
    """The signature of these bytes. `what` names what they are, so that a signature fits nothing else."""
    return hmac.digest(key, what.encode() + b"\n" + content, hashlib.sha256).hex()


def signer(keys: Iterable[bytes], what: str, content: bytes, signature: str) -> bytes | None:
    """Which of these keys signed the bytes, or None."""
    told = signature.encode()
    return next((each for each in keys if hmac.compare_digest(sign(each, what, content).encode(), told)), None)
