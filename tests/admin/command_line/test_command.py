"""What the commands have in common: how faults in a file are written."""

import pytest

from admin.command_line.command import echo_faults


@pytest.mark.parametrize(("more", "last"), [(0, "b"), (88, "There are 90 things to put right; the first 2 are shown.")])
def test_faults_that_are_not_shown_are_counted_in_the_last_line(
    capsys: pytest.CaptureFixture[str], more: int, last: str
):
    echo_faults(["a", "b"], more)
    said = capsys.readouterr()
    assert (said.out, said.err.splitlines()[:2], said.err.splitlines()[-1]) == ("", ["a", "b"], last)
