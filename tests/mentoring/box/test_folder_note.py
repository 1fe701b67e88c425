"""README.txt in the programme's folder."""

from pathlib import Path

from sqlite_utils import Database

from mentoring.box import folder_note
from mentoring.lunch import close_of_day
from mentoring.store import writable


def test_the_note_says_how_to_copy_and_is_written_once(data: Path, db: Database):
    folder_note.keep(data)
    note = data / folder_note.FILE
    assert "dropin backup --to FOLDER" in note.read_text()
    assert "Do not copy programme.db alone" in note.read_text()
    made = note.stat()
    folder_note.keep(data)
    assert (note.stat().st_ino, note.stat().st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    note.write_text("an earlier one")
    folder_note.keep(data)
    assert note.read_text() == folder_note.TEXT
    assert close_of_day.look(db, data)[1] == 0, "nothing in it looks like a trace of a request"


def test_the_note_names_every_file_that_the_programme_keeps():
    names = {each.rstrip("*") for each in writable.KEPT if not each.startswith((".", "backups/", folder_note.FILE))}
    assert [each for each in names if f"\n{each}" not in folder_note.TEXT] == []


def test_a_folder_that_takes_nothing_has_no_note(tmp_path: Path):
    folder_note.keep(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []
