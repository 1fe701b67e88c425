"""A child for the tests: does to itself what the question says."""

import os
import signal
import time
from collections.abc import Callable

from badges.child import serve


def answer(question: bytes, say: Callable[[bytes], None]) -> bytes:
    """The question back, unless it names a way to go wrong."""
    match question:
        case b"hang":
            # What a decoder stuck in C looks like from outside: no Python code runs, no signal handler would.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
            time.sleep(60)
        case b"hog":
            return bytes(1 << 30)
        case b"die":
            os.kill(os.getpid(), signal.SIGKILL)
        case b"print":
            os.write(1, b"a library says hello where the answers go\n")
        case b"count":
            for number in range(3):
                say(str(number).encode())
    return question


if __name__ == "__main__":
    serve(answer)
