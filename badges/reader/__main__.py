"""The reader's child process: opens each picture, tries the stages, answers in JSON."""

import json
import time
from collections.abc import Callable

import cv2

from badges.child import serve
from badges.reader.pictures import Grey, NotAPicture, open_picture
from badges.reader.steps import Session, read_still


class Answering:
    """Answers questions: one byte, L for a live frame or S for a still picture, and the picture's own bytes.

    Live frames come from one camera and share a Session; a still picture begins a new one.
    """

    def __init__(self) -> None:
        self.session = Session(time.process_time)

    def texts(self, picture: Grey, *, live: bool) -> list[str]:
        """The texts in one picture."""
        if live:
            return self.session.read(picture)
        self.session = Session(time.process_time)
        return read_still(picture, time.process_time)

    def answer(self, question: bytes, _say: Callable[[bytes], None]) -> bytes:
        began = time.process_time()
        texts: list[str] = []
        error = None
        try:
            texts = self.texts(open_picture(question[1:]), live=question[:1] == b"L")
        except NotAPicture as trouble:
            error = str(trouble)
        ms = round(1000 * (time.process_time() - began), 2)
        return json.dumps({"texts": texts, "ms": ms, "error": error}).encode()


if __name__ == "__main__":
    cv2.setNumThreads(1)
    serve(Answering().answer)
