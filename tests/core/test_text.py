"""Plain text: what every door refuses, and what it makes of the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_platform.core import text
from community_platform.core.errors import Invalid


@pytest.mark.parametrize("bad", ["a\x00b", "a\x08b", "a\x1fb", "\ud800", "a\udfffb", "\x0b", "\x0c"])
def test_a_character_that_cannot_be_stored_is_refused(bad: str) -> None:
    with pytest.raises(Invalid) as refusal:
        text.clean(bad, field="content", high=100)
    assert (refusal.value.code, refusal.value.field) == ("bad_character", "content")


@pytest.mark.parametrize(
    "empty",
    ["", "   ", "\n\t\r\n", "\u200b", "\u200b \u200d\ufeff", "\u00a0", "\u2060\u00ad", "\u3164", "\u2800"],
)
def test_what_a_reader_sees_as_nothing_is_blank(empty: str) -> None:
    with pytest.raises(Invalid) as refusal:
        text.clean(empty, field="title", high=100)
    assert refusal.value.code == "blank"


def test_nothing_is_allowed_where_nothing_is_required() -> None:
    assert text.clean("  ", field="bio", low=0, high=100) == ""


@pytest.mark.parametrize("value", [None, 5, b"bytes", ["list"], {"a": 1}, True])
def test_only_text_is_text(value: object) -> None:
    with pytest.raises(Invalid) as refusal:
        text.clean(value, field="title", high=100)  # type: ignore[arg-type]
    assert refusal.value.code == "invalid"


def test_lengths_count_characters_and_include_the_limits() -> None:
    assert text.clean("ё" * 10, field="t", low=10, high=10) == "ё" * 10
    with pytest.raises(Invalid, match="at most 9 characters"):
        text.clean("ё" * 10, field="t", high=9)
    with pytest.raises(Invalid, match="at least 11 characters"):
        text.clean("ё" * 10, field="t", low=11, high=20)
    with pytest.raises(Invalid, match="at most 1 character\\."):
        text.clean("ab", field="t", high=1)


def test_spaces_around_the_text_do_not_count() -> None:
    assert text.clean("  " + "a" * 5 + "  ", field="t", high=5) == "a" * 5


def test_line_ends_become_one_kind_and_a_single_line_has_none() -> None:
    assert text.clean("a\r\nb\rc\n", field="t", high=10) == "a\nb\nc"
    assert text.clean("a\r\n b\t\tc", field="t", high=10, multiline=False) == "a b c"


def test_emoji_families_and_right_to_left_text_survive() -> None:
    value = "👨‍👩‍👧 שלום مرحبا"
    assert text.clean(value, field="t", high=50) == value


@given(st.text(max_size=60))
def test_cleaning_refuses_or_gives_text_that_a_database_stores_and_that_is_clean_already(value: str) -> None:
    try:
        cleaned = text.clean(value, field="t", high=50)
    except Invalid:
        return
    assert "\x00" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert text.clean(cleaned, field="t", high=50) == cleaned


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        ("Python: first steps", "python-first-steps"),
        ("Угадай число", "ugadaj-chislo"),
        ("Щука, ёж и юла", "schuka-ezh-i-yula"),
        ("Reading p = 0.03", "reading-p-0-03"),
        ("Über naïve café", "uber-naive-cafe"),
        ("数学", ""),
        ("---", ""),
        ("a" * 80, "a" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_a_slug_is_ascii_words(value: str, slug: str) -> None:
    assert text.slug(value) == slug
