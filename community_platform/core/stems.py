"""Words and their stems: what makes "ёлками" find "елка", the same on every database.

PostgreSQL and SQLite stem differently or not at all, so texts are stemmed here, once when written, and queries alike.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from snowballstemmer import stemmer

WORD_CHARS_MAX = 64  # what is longer is no word that people look for
_SETTLED = 4  # a Russian stem this short is not stemmed again

# Han, kana and hangul are written without spaces: each sign is a word. c++, c# and f# keep their ending.
_SIGN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af"
_WORD = re.compile(rf"[{_SIGN}]|[^\W_{_SIGN}]+(?:['’][^\W_{_SIGN}]+)*(?:\+\+|#(?!\w))?")
_LATIN = re.compile(r"[a-z']+")
_CYRILLIC = re.compile(r"[а-я]+")
_local = threading.local()  # a stemmer holds the word it works on


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text and where it stands, in characters."""

    text: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Yield the words of `text` as they are written."""
    for match in _WORD.finditer(text):
        yield Word(match.group(), match.start(), match.end())


@lru_cache(maxsize=65_536)
def form(word: str) -> str:
    """Return `word` as it is compared: one case, one way to write each letter, ё as е, no apostrophe."""
    return _plain(word).replace("'", "")


def _plain(word: str) -> str:
    word = unicodedata.normalize("NFKC", word).casefold().replace("ё", "е").replace("’", "'")
    # Compatibility forms may unfold into several words and signs; what is left is letters and digits.
    return "".join(c for c in word if c.isalnum() or c in "'+#")[:WORD_CHARS_MAX]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of `word`: English for Latin letters, Russian for Cyrillic ones, the word itself for others.

    The Russian rules take "интегралам" to "интеграл" but "интеграл" to "интегра", so they are applied until nothing
    changes: then all forms meet. Empty for what holds no letter or digit.
    """
    plain = _plain(word)
    if _LATIN.fullmatch(plain):
        return _stemmer("english").stemWord(plain).replace("'", "")  # type: ignore[no-any-return]
    if _CYRILLIC.fullmatch(plain):
        return _russian(plain)
    return plain.replace("'", "")


def _russian(word: str) -> str:
    once: str = _stemmer("russian").stemWord(word)
    while (again := _stemmer("russian").stemWord(once)) != once and len(again) >= _SETTLED:
        once = again
    return once


def _stemmer(language: str):  # type: ignore[no-untyped-def]  # the package has no types
    if not hasattr(_local, language):
        setattr(_local, language, stemmer(language))
    return getattr(_local, language)
