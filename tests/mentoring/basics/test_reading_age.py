"""The reading age of a text, by the Flesch-Kincaid grade."""

import pytest

from mentoring.basics.reading_age import reading_age, syllables_of


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("cat", 1), ("late", 1), ("little", 2), ("pushed", 1), ("needed", 2), ("likes", 1), ("wishes", 2),
        ("tables", 2), ("many", 2), ("family", 3), ("listening", 3), ("confidentiality", 6), ("you\u2019re", 1),
        ("Okafor", 3),
        ("the", 1), ("hmm", 1),
    ],
)  # fmt: skip
def test_syllables_are_counted_by_vowels(word: str, syllables: int):
    assert syllables_of(word) == syllables


def test_the_grade_is_the_published_formula():
    # Six words in two sentences with seven syllables: 0.39 * 3 + 11.8 * 7 / 6 - 15.59, and five years before school.
    assert reading_age("The cat sat. It was happy!") == pytest.approx(0.39 * 3 + 11.8 * 7 / 6 - 15.59 + 5)


def test_points_of_a_list_and_paragraphs_are_sentences():
    assert reading_age("One two\n\nthree four") == reading_age("One two. three four.")
    assert reading_age("Some\n- one two\n- three four") == reading_age("Some. one two. three four.")


def test_harder_words_and_longer_sentences_are_for_older_readers():
    easy = "You can tell me. I will listen. I may have to tell an adult."
    hard = "Confidentiality notwithstanding, designated professionals necessarily communicate safeguarding information."
    assert reading_age(easy) < 9 < reading_age(hard)
    assert reading_age("") == reading_age("123 !") == 0.0
