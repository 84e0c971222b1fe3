"""Differences by words and joined edits."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community_platform.core.worddiff import changed_chars, diff_html, merge, word_diff

TEXTS = st.text(st.sampled_from("ab <\n&é"), max_size=60)
WORST_SECONDS = 3.0  # of the dearest hostile pair, on a busy machine


@settings(max_examples=200, deadline=None)
@given(old=TEXTS, new=TEXTS)
def test_the_pieces_are_both_texts(old: str, new: str) -> None:
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert (changed_chars(old, new) == 0) == (old == new)


@settings(max_examples=200, deadline=None)
@given(base=TEXTS, edited=TEXTS)
def test_an_edit_of_one_alone_is_taken_whole(base: str, edited: str) -> None:
    for mine, theirs in ((edited, base), (base, edited), (edited, edited)):
        joined, collisions = merge(base, mine, theirs)
        assert collisions == 0
        assert joined.rstrip("\n") == edited.rstrip("\n")


@settings(max_examples=200, deadline=None)
@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_where_two_edits_collide_no_word_of_theirs_or_mine_is_dropped(base: str, mine: str, theirs: str) -> None:
    joined, collisions = merge(base, mine, theirs)
    if collisions:
        for text in (mine, theirs):
            new = set(text.split()) - set(base.split())
            assert new <= set(joined.split())


def test_edits_of_different_words_of_one_line_are_joined() -> None:
    assert merge("One two three", "ONE two three", "One two THREE") == ("ONE two THREE", 0)
    assert merge("a\nb\nc", "a\nB\nc", "a\nb\nC") == ("a\nB\nC", 0)


def test_edits_of_the_same_word_stand_one_below_the_other() -> None:
    assert merge("One", "Mine", "Theirs") == ("Theirs\nMine", 1)
    assert merge("a", "a\nmine", "a\ntheirs") == ("a\ntheirs\nmine", 1)


def test_html_is_escaped_and_long_unchanged_passages_are_shortened() -> None:
    html = diff_html("<b>old</b>\n" + "x " * 500 + "\nend", "<b>new</b>\n" + "x " * 500 + "\nEND")
    assert "<b>" not in html
    assert html.count("…") == 1
    assert len(html) < 1200


@pytest.mark.parametrize("joint", ["\n", " "])
@pytest.mark.parametrize("letters", ["ab", "abcdefgh"])
@pytest.mark.parametrize("length", [295, 10_000])
def test_hostile_texts_take_bounded_time(joint: str, letters: str, length: int) -> None:
    maker = random.Random(1)
    old, new = (joint.join(maker.choice(letters) for _ in range(length)) for _ in range(2))
    started = time.perf_counter()
    changed_chars(old, new)
    merge(old, new, old[::-1])
    assert time.perf_counter() - started < WORST_SECONDS


def test_repeated_words_take_bounded_time() -> None:
    started = time.perf_counter()
    changed_chars("a " * 400, "b a " * 199)
    assert time.perf_counter() - started < WORST_SECONDS
