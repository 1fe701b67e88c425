"""One child process: started when first needed, asked one thing at a time, ended when it takes too long,
replaced when it dies. Heavy engines live in such children; this file knows nothing of what they do.
"""

import math
import os
import resource
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

LONGEST_QUESTION = 32 * 1024 * 1024  # bytes; a photograph as a telephone takes it fits many times
LONGEST_ANSWER = 64 * 1024 * 1024  # bytes; a thousand badges are about 5 MB

_START_SECONDS = 30.0  # engines are slow to load on a small box, and that is no fault of the question's
_GRACE_SECONDS = 0.5  # the child's own alarm rings after its parent's, which can say what happened
_WORD, _ANSWER = b"w", b"a"  # what a message from the child begins with: more follows, or this is all
_PACKAGE_ROOT = str(Path(__file__).resolve().parent.parent)
_ENGINES = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # A 48 kB picture took 2.3 GB without this; the engine reads it once, while it loads.
    "OPENCV_IO_MAX_IMAGE_PIXELS": str(4 * 1024 * 1024),
    "OPENCV_LOG_LEVEL": "SILENT",
}


class TookTooLong(Exception):
    """The child was still at work when its time was over, so it was ended."""


class ChildDied(Exception):
    """The child ended without an answer."""


class Child:
    """Keeps one process that runs `module`, and asks it questions.

    `seconds` is the longest an answer may take, `memory` the most bytes of address space the process may have.
    """

    def __init__(self, module: str, *, seconds: float, memory: int) -> None:
        self._module = module
        self._seconds = seconds
        self._memory = memory
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process now running, if there is one."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Have a process running, without waiting until it is ready: the next question finds it warm."""
        with self._turn:
            self._running()

    def ask(self, question: bytes, heard: Callable[[bytes], None] | None = None) -> bytes:
        """The child's answer; callers on several threads take turns. `heard` gets each word it says on the way;
        what `heard` raises ends the child and comes out here, which is how long work is stopped.

        Raises TookTooLong or ChildDied, after which the next question goes to a new process, and ValueError
        for a question longer than LONGEST_QUESTION.
        """
        if len(question) > LONGEST_QUESTION:
            raise ValueError(f"a question of {len(question)} bytes is too long")
        with self._turn:
            process = self._running()
            try:
                return self._exchange(process, question, heard)
            except BaseException:
                self._end()  # whatever went wrong, half a conversation cannot be taken up again
                raise

    def close(self) -> None:
        """End the process, if one runs."""
        with self._turn:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            self._process = self._begin()
            self._ready = False
        return self._process

    def _begin(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            # -P: no module is taken from the folder we happen to be in
            [sys.executable, "-P", "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            close_fds=True,
            start_new_session=True,  # Ctrl-C at the terminal is for us; our end ends the child
            env={
                **os.environ,
                **_ENGINES,
                "PYTHONPATH": _PACKAGE_ROOT,
                "DROPIN_CHILD_MEMORY": str(self._memory),
                "DROPIN_CHILD_SECONDS": str(self._seconds),
            },
        )
        for pipe in _pipes(process):
            os.set_blocking(pipe, False)
        return process

    def _exchange(
        self, process: subprocess.Popen[bytes], question: bytes, heard: Callable[[bytes], None] | None
    ) -> bytes:
        questions, answers = _pipes(process)
        if not self._ready:
            _receive(answers, time.monotonic() + _START_SECONDS)
            self._ready = True
        deadline = time.monotonic() + self._seconds
        _send(questions, question, deadline)
        while (said := _receive(answers, deadline))[:1] == _WORD:
            if heard is not None:
                heard(said[1:])
        return said[1:]

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    if process.stdin is None or process.stdout is None:
        raise ChildDied("the child has no pipes")
    return process.stdin.fileno(), process.stdout.fileno()


def _send(pipe: int, message: bytes, deadline: float) -> None:
    rest = memoryview(len(message).to_bytes(4) + message)
    while rest:
        _wait(pipe, select.POLLOUT, deadline)
        try:
            rest = rest[os.write(pipe, rest) :]
        except BlockingIOError:
            continue
        except BrokenPipeError:
            raise ChildDied("the child ended before it had heard the question") from None


def _receive(pipe: int, deadline: float) -> bytes:
    length = int.from_bytes(_receive_exactly(pipe, 4, deadline))
    if length > LONGEST_ANSWER:
        raise ChildDied(f"the child answered nonsense: {length} bytes")
    return _receive_exactly(pipe, length, deadline)


def _receive_exactly(pipe: int, length: int, deadline: float) -> bytes:
    message = bytearray()
    while len(message) < length:
        _wait(pipe, select.POLLIN, deadline)
        try:
            piece = os.read(pipe, min(length - len(message), 1 << 20))
        except BlockingIOError:
            continue
        if not piece:
            raise ChildDied("the child ended before it had answered")
        message += piece
    return bytes(message)


def _wait(pipe: int, event: int, deadline: float) -> None:
    """Until the pipe is ready for us, or broken; raises TookTooLong at the deadline."""
    poll = select.poll()  # not select(): that fails once a process has 1,024 files open
    poll.register(pipe, event)
    if not poll.poll(max(0, math.ceil(1000 * (deadline - time.monotonic())))):
        raise TookTooLong("the child took too long")


# The other end: what runs inside the child.


def serve(answer: Callable[[bytes, Callable[[bytes], None]], bytes]) -> None:
    """Answer questions until our parent ends, however it ends; the whole life of a child.

    `answer` is given the question and a way to say how far it is.

    Whatever a library prints goes to standard error: standard output is for answers alone.
    """
    channel = os.dup(1)
    os.dup2(2, 1)
    seconds = float(os.environ["DROPIN_CHILD_SECONDS"]) + _GRACE_SECONDS
    memory = int(os.environ["DROPIN_CHILD_MEMORY"])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would put a camera's frame on disk (P11)
    # The alarm's default action ends us even where a decoder never comes back to Python.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    try:
        _write(channel, b"")  # loaded and ready
        while (question := _read()) is not None:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            _write(channel, _ANSWER + answer(question, lambda word: _write(channel, _WORD + word)))
            signal.setitimer(signal.ITIMER_REAL, 0)
    except BrokenPipeError:
        return  # our parent ended while we spoke


def _read() -> bytes | None:
    """The next question, or None when nobody is left to ask one."""
    header = _read_exactly(4)
    if header is None or int.from_bytes(header) > LONGEST_QUESTION:
        return None
    return _read_exactly(int.from_bytes(header))


def _read_exactly(length: int) -> bytes | None:
    message = bytearray()
    while len(message) < length:
        piece = os.read(0, min(length - len(message), 1 << 20))
        if not piece:
            return None
        message += piece
    return bytes(message)


def _write(channel: int, message: bytes) -> None:
    rest = memoryview(len(message).to_bytes(4) + message)
    while rest:
        rest = rest[os.write(channel, rest) :]
