"""Which of the squares in a camera's picture are held up, and which only happen to be in it."""

from badges.reader import Reading, Square

SHOWN = 4 / 3  # the kiosk shows this part of the camera's picture, the middle of it (`.camera` in kiosk.css)
LONGEST = 16 / 9  # no camera's picture is longer; a longer one was not taken by the kiosk's page, and counts whole
LIKE_SIZE = 0.6  # of the largest square's side


def held_up(reading: Reading) -> list[str]:
    """The texts of those inside the part that the person sees and of like size, left to right.

    A square far smaller than the largest, read or not, is not what is held up: it lies or hangs behind it.
    """
    inside = [each for each in reading.squares if _is_shown(each, reading.width, reading.height)]
    largest = max((each.side for each in inside), default=0.0)
    return [each.text for each in inside if each.text and each.side >= LIKE_SIZE * largest]


def _is_shown(square: Square, width: int, height: int) -> bool:
    """Whether its middle lies in the part of a picture of this size that the kiosk shows."""
    if max(width, height) > LONGEST * min(width, height) + 1:
        return True
    shown_width, shown_height = min(width, height * SHOWN), min(height, width / SHOWN)
    return abs(square.x - width / 2) <= shown_width / 2 and abs(square.y - height / 2) <= shown_height / 2
