"""What is shown of a hit: the place where the words stand, escaped, each of them in <mark>."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from community_platform.core.stems import Word, form, stem, words

LENGTH = 220  # characters of a snippet
_LEAD = 40  # of them before the first match
_READ = 20_000  # characters that are looked through


@dataclass(frozen=True, slots=True)
class Marker:
    """Finds the words of a search in a text: `phrases` by their stems, `beginnings` by how words begin."""

    phrases: tuple[tuple[str, ...], ...] = ()
    beginnings: tuple[str, ...] = ()

    def title(self, text: str) -> SafeString:
        """Return all of `text`, escaped, with marks."""
        return _marked(text, 0, len(text), self._places(text))

    def snippet(self, text: str, length: int = LENGTH) -> SafeString:
        """Return the part of `text` that holds most of the words, or its beginning when it holds none."""
        text = " ".join(text[:_READ].split())
        places = self._places(text)
        start = _cut_before(text, _best_start(places, length))
        end = _cut_after(text, start + length)
        inside = _marked(text, start, end, [(a, b, n) for a, b, n in places if a >= start and b <= end])
        return mark_safe(f"{'… ' if start else ''}{inside}{' …' if end < len(text) else ''}")  # noqa: S308 - escaped

    def _places(self, text: str) -> list[tuple[int, int, int]]:
        """Return (start, end, which phrase) of each match, in order, none over another."""
        read = list(words(text))
        stemmed = [stem(word.text) for word in read]
        by_first: dict[str, list[int]] = {}
        for number, phrase in enumerate(self.phrases):
            by_first.setdefault(phrase[0], []).append(number)
        places: list[tuple[int, int, int]] = []
        for at, word in enumerate(read):
            if places and word.start < places[-1][1]:
                continue
            length, number = self._match(stemmed, by_first, at, word)
            if length:
                places.append((word.start, read[at + length - 1].end, number))
        return places

    def _match(
        self, stemmed: Sequence[str], by_first: dict[str, list[int]], at: int, word: Word
    ) -> tuple[int, int]:
        """Return how many words from `at` on are a match, and of which phrase; (0, 0) for none."""
        longest = (0, 0)
        for number in by_first.get(stemmed[at], ()):
            phrase = self.phrases[number]
            if len(phrase) > longest[0] and tuple(stemmed[at : at + len(phrase)]) == phrase:
                longest = (len(phrase), number)
        if not longest[0] and self.beginnings and form(word.text).startswith(self.beginnings):
            return 1, len(self.phrases)
        return longest


def _best_start(places: Sequence[tuple[int, int, int]], length: int) -> int:
    """Return where the window begins that shows the most different phrases; the first of equals."""
    starts = [start for start, _end, _number in places]
    best, most = 0, 0
    for at, start in enumerate(starts):
        until = bisect_right(starts, start + length - _LEAD)
        seen = len({number for _start, _end, number in places[at:until]})
        if seen > most:
            best, most = start, seen
    return max(0, best - _LEAD) if most else 0


def _cut_before(text: str, start: int) -> int:
    """Return the beginning of a word at or after `start`; a text that nearly fits is not cut."""
    if start <= 0 or len(text) <= LENGTH:
        return 0
    space = text.find(" ", start - 1, start + _LEAD)
    return space + 1 if space >= 0 else start


def _cut_after(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", end - _LEAD, end + 1)
    return space if space > 0 else end


def _marked(text: str, start: int, end: int, places: Iterable[tuple[int, int, int]]) -> SafeString:
    pieces, at = [], start
    for begin, finish, _number in places:
        pieces += [escape(text[at:begin]), "<mark>", escape(text[begin:finish]), "</mark>"]
        at = finish
    pieces.append(escape(text[at:end]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above
