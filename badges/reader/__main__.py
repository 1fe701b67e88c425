"""The reader's child process: opens each picture, tries the stages, answers in JSON."""

import json
import time

import cv2

from badges.child import serve
from badges.reader.pictures import NotAPicture, open_picture
from badges.reader.stages import read


def answer(question: bytes) -> bytes:
    """One byte, L for a live frame or S for a still picture, and the picture's own bytes."""
    began = time.process_time()
    texts: list[str] = []
    error = None
    try:
        texts = read(open_picture(question[1:]), live=question[:1] == b"L")
    except NotAPicture as trouble:
        error = str(trouble)
    ms = round(1000 * (time.process_time() - began), 2)
    return json.dumps({"texts": texts, "ms": ms, "error": error}).encode()


if __name__ == "__main__":
    cv2.setNumThreads(1)
    serve(answer)
