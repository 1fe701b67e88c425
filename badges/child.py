"""One child process, for work that needs limits on time and memory: started when first needed, asked one question at
a time, killed when it takes too long, and replaced after that. Knows nothing of what the child does.
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

LONGEST_QUESTION = 32 * 1024 * 1024  # bytes; several times a telephone's photograph
LONGEST_ANSWER = 64 * 1024 * 1024  # bytes; a thousand badges are about 5 MB

_START_SECONDS = 30.0  # loading the libraries is slow on a small box, and is not counted as time of the question
_GRACE_SECONDS = 0.5  # from the parent's deadline, whose error says what happened, to the child's own alarm
_PROGRESS, _ANSWER = b"w", b"a"  # the first byte of each message from the child
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
        """Start the process if none runs, without waiting until it is ready."""
        with self._turn:
            self._running()

    def ask(self, question: bytes, progress: Callable[[bytes], None] | None = None) -> bytes:
        """The child's answer; callers on several threads take turns.

        `progress` is called with each progress message. An exception from it kills the child and is raised here, which
        is how long work is stopped.

        Raises TookTooLong or ChildDied, after which the next question goes to a new process, and ValueError
        for a question longer than LONGEST_QUESTION.
        """
        if len(question) > LONGEST_QUESTION:
            raise ValueError(f"a question of {len(question)} bytes is too long")
        with self._turn:
            process = self._running()
            try:
                return self._exchange(process, question, progress)
            except BaseException:
                self._end()  # after any error the pipes may hold half a message
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
            # -P: do not import modules from the current folder
            [sys.executable, "-P", "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            close_fds=True,
            start_new_session=True,  # Ctrl-C at the terminal is for the parent; the child ends with the parent
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
        self, process: subprocess.Popen[bytes], question: bytes, progress: Callable[[bytes], None] | None
    ) -> bytes:
        questions, answers = _pipes(process)
        if not self._ready:
            _receive(answers, time.monotonic() + _START_SECONDS)
            self._ready = True
        deadline = time.monotonic() + self._seconds
        _send(questions, question, deadline)
        while (said := _receive(answers, deadline))[:1] == _PROGRESS:
            if progress is not None:
                progress(said[1:])
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
            raise ChildDied("the child ended before it had read the question") from None


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
    """Wait until the pipe is ready or broken; raises TookTooLong at the deadline."""
    poll = select.poll()  # not select(): that fails once a process has 1,024 files open
    poll.register(pipe, event)
    if not poll.poll(max(0, math.ceil(1000 * (deadline - time.monotonic())))):
        raise TookTooLong("the child took too long")


# The other end: what runs inside the child.


def serve(answer: Callable[[bytes, Callable[[bytes], None]], bytes]) -> None:
    """The child's main loop: answer questions until the parent ends.

    `answer` gets the question and a function that sends a progress message. Standard output is only for messages;
    whatever a library prints goes to standard error.
    """
    channel = os.dup(1)
    os.dup2(2, 1)
    seconds = float(os.environ["DROPIN_CHILD_SECONDS"]) + _GRACE_SECONDS
    memory = int(os.environ["DROPIN_CHILD_MEMORY"])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would put a camera's frame on disk (P11)
    # The alarm's default action ends the process even while a decoder does not return to Python.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    try:
        _write(channel, b"")  # loaded and ready
        while (question := _read()) is not None:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            _write(channel, _ANSWER + answer(question, lambda message: _write(channel, _PROGRESS + message)))
            signal.setitimer(signal.ITIMER_REAL, 0)
    except BrokenPipeError:
        return  # the parent ended while we wrote


def _read() -> bytes | None:
    """The next question, or None when the parent has ended."""
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
