"""The example school, started for a measurement and ended after it."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}  # what a browser says of a form from a page of the same address
DROPIN = str(Path(sys.executable).parent / "dropin")


@contextmanager
def example_school(
    *arguments: str, before: Sequence[str] = ()
) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """`dropin demo` on free ports: its process, and what its first line told. `before` is put before the command."""
    command = [*before, DROPIN, "demo", "--kiosk-port", "0", "--admin-port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(20)
