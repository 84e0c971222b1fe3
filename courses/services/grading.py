"""Marking answers: pure functions over a question and what was said."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.errors import Invalid
from courses import limits
from courses.models import Question, QuestionKind

Response = dict[str, Any]


def clean_response(question: Question, said: Mapping[str, Any]) -> Response:
    """Return what was said as it is stored: {"choices": [ids]}, {"text": "…"}, {} for nothing.

    `said` has `choices` (ids), `text` or `number`. Choices of `question` are prefetched. Raises: Invalid on `answers`.
    """
    if question.has_choices:
        return _clean_choices(question, said.get("choices") or [])
    value = said.get("text") if question.kind == QuestionKind.TEXT else said.get("number", said.get("text"))
    value = "" if value is None else str(value)
    if not value.strip():
        return {}
    value = text.clean(value, field="answers", low=0, high=limits.ANSWER_MAX, multiline=False)
    return {"text": value} if value else {}


def is_right(question: Question, response: Response) -> bool:
    """Tell whether `response` is the whole right answer; half of several choices is not."""
    if question.has_choices:
        key = {choice.pk for choice in question.choices.all() if choice.is_correct}
        return bool(key) and set(response.get("choices", [])) == key
    said = response.get("text", "")
    if question.kind == QuestionKind.TEXT:
        return normal(said) in {normal(spelling) for spelling in question.accepted} if normal(said) else False
    number = as_number(said)
    return (
        number is not None
        and question.number is not None
        and abs(number - question.number) <= question.tolerance
    )


def normal(said: str) -> str:
    """Return a word without what does not matter: case, width, ё, spaces around, a closing full stop."""
    said = unicodedata.normalize("NFKC", said).casefold().replace("ё", "е")
    return " ".join(said.split()).strip(" .!?\"'«»“”")


def as_number(said: str) -> Decimal | None:
    """Return the number in `said`, with a point or a comma before the decimals; None where there is none."""
    said = unicodedata.normalize("NFKC", said).replace("−", "-").replace(" ", "")
    if not re.fullmatch(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?", said):
        return None
    try:
        number = Decimal(said.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.adjusted() < limits.NUMBER_DIGITS else None


def _clean_choices(question: Question, chosen: Any) -> Response:
    if not isinstance(chosen, list | tuple) or any(
        isinstance(pk, bool) or not isinstance(pk, int) for pk in chosen
    ):
        raise Invalid(_("Choices are a list of their ids."), code="invalid", field="answers")
    offered = {choice.pk for choice in question.choices.all()}
    if not set(chosen) <= offered:
        raise Invalid(
            _("This choice is not offered by the question."), code="does_not_exist", field="answers"
        )
    if question.kind == QuestionKind.SINGLE and len(set(chosen)) > 1:
        raise Invalid(_("This question takes one choice."), code="max_length", field="answers")
    return {"choices": sorted(set(chosen))} if chosen else {}
