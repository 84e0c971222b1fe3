"""What counts as a right answer."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_platform.core.errors import Invalid
from courses.models import Question
from courses.services.grading import as_number, clean_response, is_right, normal


def text_question(*accepted: str) -> Question:
    return Question(kind="text", accepted=list(accepted))


@pytest.mark.parametrize("said", ["Paris", " paris ", "PARIS.", "«Paris»", "Ｐａｒｉｓ", "paris!"])
def test_spelling_that_does_not_matter(said: str) -> None:
    assert is_right(text_question("Paris"), clean_response(text_question(), {"text": said}))


@pytest.mark.parametrize("said", ["", "   ", "Pari", "Paris Lyon", "."])
def test_spelling_that_does(said: str) -> None:
    assert not is_right(text_question("Paris", "."), clean_response(text_question(), {"text": said}))


def test_yo_is_e_and_several_words_are_several_words() -> None:
    assert is_right(text_question("Пётр Первый"), {"text": "петр   первый"})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("3.14", "3.14"), ("3,14", "3.14"), (" −5 ", "-5"), ("1e3", "1000"), ("1 000", "1000"), (".5", "0.5"),
        ("5.", "5"), ("½", None), ("1.2.3", None), ("abc", None), ("", None), ("1e999", None), ("NaN", None),
        ("inf", None), ("1e", None),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(said: str, expected: str | None) -> None:
    assert as_number(said) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("said", "verdict"), [("3.13", True), ("3,15", True), ("3.1499", True), ("3.151", False), ("x", False)]
)
def test_a_number_within_the_tolerance_is_right(said: str, verdict: bool) -> None:
    question = Question(kind="number", number=Decimal("3.14"), tolerance=Decimal("0.01"))
    assert is_right(question, clean_response(question, {"text": said})) is verdict


@pytest.mark.parametrize("said", ["a\x00b", "x" * 501])
def test_answers_that_cannot_be_kept_are_refused(said: str) -> None:
    with pytest.raises(Invalid):
        clean_response(text_question("a"), {"text": said})


@given(st.text())
def test_marking_never_fails(said: str) -> None:
    as_number(said)
    assert normal(normal(said)) == normal(said)
