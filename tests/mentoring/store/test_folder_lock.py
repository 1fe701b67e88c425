"""One programme's folder is open once: whoever comes second is told, and whoever dies lets go."""

import errno
import os
import signal
from pathlib import Path

import pytest

from mentoring.store import folder_lock
from mentoring.store.folder_lock import InUse


def test_a_second_one_is_told_and_the_folder_is_free_afterwards(tmp_path: Path):
    assert not folder_lock.is_locked(tmp_path)
    with folder_lock.locked(tmp_path):
        assert folder_lock.is_locked(tmp_path)
        with pytest.raises(InUse, match="already"), folder_lock.locked(tmp_path, patient=False):
            pass
    assert not folder_lock.is_locked(tmp_path)
    with folder_lock.locked(tmp_path, patient=False):
        pass


def test_whoever_is_killed_lets_go(tmp_path: Path):
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        with folder_lock.locked(tmp_path):
            os.write(tell, b"!")
            signal.pause()
    os.read(ready, 1)
    assert folder_lock.is_locked(tmp_path)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert not folder_lock.is_locked(tmp_path)
    for pipe in (ready, tell):
        os.close(pipe)


def test_where_no_lock_can_be_made_nothing_is_locked_and_nobody_is_kept_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    opened = os.open

    def read_only(path: Path, flags: int, *mode: int) -> int:
        if flags & os.O_RDWR:
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return opened(path, flags, *mode)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", read_only)
        with folder_lock.locked(tmp_path) as lock, folder_lock.locked(tmp_path, patient=False) as other:
            assert lock != other
        (tmp_path / folder_lock.LOCK).touch()
        with folder_lock.locked(tmp_path), pytest.raises(InUse), folder_lock.locked(tmp_path, patient=False):
            pass
