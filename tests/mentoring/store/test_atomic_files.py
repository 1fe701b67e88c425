"""A file is whole or as it was before, and a private one is nobody else's to read."""

import os
import stat
from pathlib import Path

import pytest

from mentoring.store.atomic_files import write_atomically


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "rota.csv"
    write_atomically(path, b"one\n")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"two\n")
    assert [each.name for each in tmp_path.iterdir()] == ["rota.csv"]
    assert path.read_bytes() == b"one\n"


def test_nothing_is_written_through_a_link_that_was_laid_there(tmp_path: Path):
    (elsewhere := tmp_path / "elsewhere").write_bytes(b"theirs")
    (tmp_path / ".rota.csv.part").symlink_to(elsewhere)
    with pytest.raises(OSError, match="symbolic links"):
        write_atomically(tmp_path / "rota.csv", b"ours")
    assert elsewhere.read_bytes() == b"theirs"


@pytest.mark.parametrize(("is_private", "mode"), [(True, 0o600), (False, 0o640)])
def test_a_private_file_is_its_owners_alone(tmp_path: Path, *, is_private: bool, mode: int):
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "file", b"", is_private=is_private)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode
