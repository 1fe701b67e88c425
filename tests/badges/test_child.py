"""A child answers, or is replaced; it never holds up its parent, and never outlives it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from badges.child import LONGEST_QUESTION, Child, ChildDied, TookTooLong

ROOT = Path(__file__).parent.parent.parent
MEMORY = 1 << 29


@pytest.fixture
def child() -> Iterator[Child]:
    with Child("tests.badges.slow_child", seconds=5, memory=MEMORY) as child:
        yield child


@pytest.fixture
def hasty() -> Iterator[Child]:
    with Child("tests.badges.slow_child", seconds=0.2, memory=MEMORY) as child:
        yield child


def test_a_child_starts_at_the_first_question_and_stays(child: Child):
    assert child.pid is None
    assert child.ask(b"hello") == b"hello"
    first = child.pid
    assert child.ask(b"") == b""
    assert child.pid == first
    child.close()
    assert child.pid is None


def test_a_question_of_many_megabytes_comes_through_whole(child: Child):
    question = os.urandom(1 << 20) * 20
    assert child.ask(question) == question


def test_a_child_says_how_far_it_is_before_it_answers(child: Child):
    heard: list[bytes] = []
    assert child.ask(b"count", heard.append) == b"count"
    assert heard == [b"0", b"1", b"2"]


def test_whoever_listens_can_stop_the_work(child: Child):
    child.ask(b"hello")
    first = child.pid

    def stop(word: bytes) -> None:
        raise InterruptedError(word.decode())

    with pytest.raises(InterruptedError, match="0"):
        child.ask(b"count", stop)
    assert child.ask(b"hello") == b"hello"
    assert child.pid != first


def test_a_question_too_long_is_refused(child: Child):
    with pytest.raises(ValueError, match="too long"):
        child.ask(bytes(LONGEST_QUESTION + 1))


def test_what_a_library_prints_is_no_answer(child: Child):
    assert child.ask(b"print") == b"print"
    assert child.ask(b"hello") == b"hello"


def test_a_child_that_hangs_is_ended_and_replaced(hasty: Child):
    hasty.ask(b"hello")
    first = hasty.pid
    began = time.monotonic()
    with pytest.raises(TookTooLong):
        hasty.ask(b"hang")
    assert time.monotonic() - began < 2
    assert hasty.pid is None
    assert not psutil.pid_exists(first)
    assert hasty.ask(b"hello") == b"hello"


def test_a_child_that_does_not_listen_does_not_block_us():
    with Child("tests.badges.deaf_child", seconds=0.2, memory=MEMORY) as deaf, pytest.raises(TookTooLong):
        deaf.ask(bytes(1 << 22))


@pytest.mark.parametrize("fate", [b"die", b"hog"])
def test_a_child_that_dies_at_its_work_is_replaced(child: Child, fate: bytes):
    with pytest.raises(ChildDied):
        child.ask(fate)
    assert child.pid is None
    assert child.ask(b"hello") == b"hello"


def test_a_child_killed_between_questions_is_not_missed(child: Child):
    child.ask(b"hello")
    first = child.pid
    psutil.Process(first).send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert child.ask(b"again") == b"again"
    assert child.pid != first
    assert not psutil.pid_exists(first)


def test_a_module_that_does_not_exist_is_a_child_that_died():
    with Child("tests.badges.nobody", seconds=5, memory=MEMORY) as child, pytest.raises(ChildDied):
        child.ask(b"hello")


def test_threads_take_turns(child: Child):
    answers: dict[int, bytes] = {}

    def ask(number: int) -> None:
        answers[number] = child.ask(b"%d" % number * 10_000)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: b"%d" % number * 10_000 for number in range(8)}


def test_ctrl_c_at_the_terminal_is_not_for_the_child(child: Child):
    child.ask(b"hello")
    assert os.getsid(child.pid) == child.pid


@pytest.mark.parametrize("work", ["idle", "busy"])
def test_a_child_ends_when_its_parent_is_killed(work: str):
    command = [sys.executable, "-m", "tests.badges.parent", "0.5", work]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as parent:
        orphan = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    _, alive = psutil.wait_procs([orphan], timeout=5)
    assert not alive
