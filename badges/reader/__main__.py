"""The reader's child process: opens each picture, tries the stages, answers in JSON."""

import json
import time
from collections.abc import Callable
from typing import Any

import cv2

from badges.child import serve
from badges.reader.engines import Found
from badges.reader.pictures import Grey, NotAPicture, open_picture
from badges.reader.steps import Session, look_still


class Answering:
    """Answers questions: one byte, L for a live frame or S for a still picture, and the picture's own bytes.

    Live frames come from one camera and share a Session; a still picture begins a new one.
    """

    def __init__(self) -> None:
        self.session = Session(time.process_time)

    def squares(self, picture: Grey, *, live: bool) -> list[Found]:
        """The squares in one picture."""
        if live:
            return self.session.look(picture)
        self.session = Session(time.process_time)
        return look_still(picture, time.process_time)

    def answer(self, question: bytes, _say: Callable[[bytes], None]) -> bytes:
        began = time.process_time()
        answer: dict[str, Any] = {"squares": [], "error": None}
        try:
            picture = open_picture(question[1:])
            answer["height"], answer["width"] = picture.shape
            found = self.squares(picture, live=question[:1] == b"L")
            answer["promising"] = self.session.promising or bool(found)
            answer["squares"] = [(each.text, each.x, each.y, each.side) for each in found]
        except NotAPicture as trouble:
            answer["error"] = str(trouble)
        answer["ms"] = round(1000 * (time.process_time() - began), 2)
        return json.dumps(answer).encode()


if __name__ == "__main__":
    cv2.setNumThreads(1)
    serve(Answering().answer)
