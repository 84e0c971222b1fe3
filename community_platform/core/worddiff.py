"""Differences between two texts by words, and the joining of two edits of one text. All work is bounded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

# The matcher is quadratic: beyond this many pairs of lines (or words) a block is shown as replaced as a whole.
MAX_PAIRS: Final = 90_000
CONTEXT: Final = 160  # characters of an unchanged passage that are shown beside a change
_WORD = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")  # to be shown: with the space before it
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")  # to be joined

Kind = Literal["same", "added", "removed"]
Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage that both texts have, or only the new or the old one."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> list[Piece]:
    """Return how `old` becomes `new`: first by lines, then by words inside the lines that differ."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in _opcodes(before, after):
        gone, come = "".join(before[i1:i2]), "".join(after[j1:j2])
        if tag == "equal":
            _add(pieces, "same", gone)
        else:
            _add_words(pieces, gone, come)
    return pieces


def changed_chars(old: str, new: str) -> int:
    """Return how many characters were added and removed."""
    return sum(len(piece.text) for piece in word_diff(old, new) if piece.kind != "same")


def diff_html(old: str, new: str) -> SafeString:
    """Return the difference as escaped text in <ins> and <del>; long unchanged passages are shortened."""
    pieces = word_diff(old, new)
    last = len(pieces) - 1
    return format_html_join("", "{}", ((_shown(piece, n == 0, n == last),) for n, piece in enumerate(pieces)))


def merge(base: str, mine: str, theirs: str) -> tuple[str, int]:
    """Join two edits of `base`; return the text and in how many places both changed the same.

    There both versions stand, `theirs` first. Changes of different words of one line do not collide.
    """
    ending = "\n" if theirs.endswith("\n") else ""
    lines, collisions = _merge(_lines(base), _lines(mine), _lines(theirs), by_words=True)
    return "".join(lines).rstrip("\n") + ending, collisions


def _shown(piece: Piece, is_first: bool, is_last: bool) -> SafeString:
    if piece.kind == "added":
        return format_html('<ins><span class="sr-only">{} </span>{}</ins>', _("[added:]"), piece.text)
    if piece.kind == "removed":
        return format_html('<del><span class="sr-only">{} </span>{}</del>', _("[removed:]"), piece.text)
    text = piece.text
    if len(text) > 2 * CONTEXT:
        start = "" if is_first else text[:CONTEXT]
        end = "" if is_last else text[-CONTEXT:]
        return format_html('{}<span class="diff__gap">…</span>{}', start, end)
    return format_html("{}", text)


def _add(pieces: list[Piece], kind: Kind, text: str) -> None:
    if text:
        pieces.append(Piece(kind, text))


def _add_words(pieces: list[Piece], old: str, new: str) -> None:
    before, after = _WORD.findall(old), _WORD.findall(new)
    for tag, i1, i2, j1, j2 in _opcodes(before, after):
        if tag == "equal":
            _add(pieces, "same", "".join(before[i1:i2]))
        else:
            _add(pieces, "removed", "".join(before[i1:i2]))
            _add(pieces, "added", "".join(after[j1:j2]))


def _opcodes(a: Sequence[str], b: Sequence[str]) -> list[Opcode]:
    """Return difflib's opcodes; what is equal at both ends is cut off first, and a block too large is replaced."""
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    rest_a, rest_b = a[start : len(a) - end], b[start : len(b) - end]
    codes: list[Opcode] = [("equal", 0, start, 0, start)] if start else []
    if rest_a or rest_b:
        if len(rest_a) * len(rest_b) > MAX_PAIRS:
            inner: list[Opcode] = [("replace", 0, len(rest_a), 0, len(rest_b))]
        else:
            inner = list(SequenceMatcher(None, rest_a, rest_b, autojunk=False).get_opcodes())
        codes += [(tag, i1 + start, i2 + start, j1 + start, j2 + start) for tag, i1, i2, j1, j2 in inner]
    if end:
        codes.append(("equal", len(a) - end, len(a), len(b) - end, len(b)))
    return codes


@dataclass(frozen=True, slots=True)
class _Change:
    start: int
    end: int  # of the base; equal to `start` where something was inserted
    text: list[str]


def _lines(text: str) -> list[str]:
    return (text if text.endswith("\n") or not text else text + "\n").splitlines(keepends=True)


def _changes(base: list[str], edited: list[str]) -> list[_Change]:
    return [_Change(i1, i2, edited[j1:j2]) for tag, i1, i2, j1, j2 in _opcodes(base, edited) if tag != "equal"]


def _merge(base: list[str], mine: list[str], theirs: list[str], *, by_words: bool) -> tuple[list[str], int]:
    left, right = _changes(base, mine), _changes(base, theirs)
    out: list[str] = []
    at = collisions = 0
    while left or right:
        ours, others, start, end = _region(left, right)
        out += base[at:start]
        at = end
        my, their = _applied(base, ours, start, end), _applied(base, others, start, end)
        if not ours or my == their:
            out += their
        elif not others:
            out += my
        else:
            joined, failed = _merge_words(base[start:end], my, their) if by_words else ([], 1)
            out += [*their, *my] if failed else joined
            collisions += bool(failed)
    return out + base[at:], collisions


def _merge_words(base: list[str], mine: list[str], theirs: list[str]) -> tuple[list[str], int]:
    words = [_TOKEN.findall("".join(text)) for text in (base, mine, theirs)]
    return _merge(*words, by_words=False)


def _region(left: list[_Change], right: list[_Change]) -> tuple[list[_Change], list[_Change], int, int]:
    """Take the first changes off both lists as long as they overlap; return them and what they cover of the base."""
    start = min(side[0].start for side in (left, right) if side)
    end = start
    taken: tuple[list[_Change], list[_Change]] = ([], [])
    grown = True
    while grown:
        grown = False
        for side, mine in zip((left, right), taken, strict=True):
            while side and (side[0].start < end or (side[0].start == end and _touches(side[0], start, end))):
                change = side.pop(0)
                mine.append(change)
                end, grown = max(end, change.end), True
    return *taken, start, end


def _touches(change: _Change, start: int, end: int) -> bool:
    """Tell whether a change that begins where a region ends belongs to it: one of the two is an insertion."""
    return start == end or change.start == change.end


def _applied(base: list[str], changes: list[_Change], start: int, end: int) -> list[str]:
    out: list[str] = []
    at = start
    for change in changes:
        out += [*base[at : change.start], *change.text]
        at = change.end
    return out + base[at:end]
