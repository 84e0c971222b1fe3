"""Parsing of what the pages of lessons and quizzes are sent."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community_platform.core.errors import DomainError, Invalid
from courses import limits
from courses.selectors.quizzes import AttemptPage, ShownAnswer
from courses.services.watching import Span


class ReportForm(forms.Form):
    """What the page of a lesson tells while it is open (CONTRACT §6, progress)."""

    position_seconds = forms.IntegerField(required=False, min_value=0, max_value=limits.LESSON_SECONDS_MAX)
    read_seconds = forms.IntegerField(required=False, min_value=0, max_value=limits.LESSON_SECONDS_MAX)
    spans = forms.JSONField(required=False)

    def clean_read_seconds(self) -> int:
        return self.cleaned_data["read_seconds"] or 0

    def clean_spans(self) -> list[Span]:
        rows = self.cleaned_data["spans"] or []
        try:
            return [span_of(row) for row in rows[: limits.SPANS_MAX + 1]]
        except (DomainError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise forms.ValidationError(_("This is no list of spans.")) from error


def span_of(row: dict[str, Any]) -> Span:
    """Return the span that JSON describes. Raises: Invalid, AttributeError, KeyError, TypeError, ValueError."""
    age = row.get("age_seconds")
    return Span(
        from_seconds=float(row["from_seconds"]),
        to_seconds=float(row["to_seconds"]),
        rate=float(row.get("rate", 1)),
        id=uuid.UUID(str(row["id"])) if row.get("id") else uuid.uuid4(),
        age_seconds=None if age is None else float(age),
    )


class AttemptForm(forms.Form):
    """The answers of one attempt; a field per question, named by it. Nothing is required: blank is an answer."""

    use_required_attribute = False

    def __init__(self, page: AttemptPage, data: Any = None) -> None:
        super().__init__(data)
        self.rows = page.answers
        for row in page.answers:
            self.fields[f"q{row.question.pk}"] = _answer_field(row)

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What the page draws: each row with its field's name and the values that are chosen or typed."""
        return [{"row": row, "name": f"q{row.question.pk}", **self._typed(row)} for row in self.rows]

    def _typed(self, row: ShownAnswer) -> dict[str, Any]:
        bound = self[f"q{row.question.pk}"]
        value = bound.value()
        values = [value] if isinstance(value, str) else [str(one) for one in value or []]
        return {
            "values": values,
            "text": "" if row.question.has_choices else value or "",
            "errors": bound.errors,
        }

    def said(self) -> list[dict[str, Any]]:
        """Return the answers as the services take them."""
        found = []
        for row in self.rows:
            value = self.cleaned_data[f"q{row.question.pk}"]
            if not row.question.has_choices:
                found.append({"question": row.question.pk, "text": value})
                continue
            chosen = [value] if isinstance(value, str) else value
            found.append({"question": row.question.pk, "choices": [int(pk) for pk in chosen if pk]})
        return found


def _answer_field(row: ShownAnswer) -> forms.Field:
    if not row.question.has_choices:
        return forms.CharField(required=False, strip=False, initial=row.said, max_length=limits.ANSWER_MAX)
    offered = [(str(shown.choice.pk), shown.choice.text) for shown in row.choices]
    chosen = [str(shown.choice.pk) for shown in row.choices if shown.is_chosen]
    if row.takes_one:
        return forms.ChoiceField(required=False, choices=[("", ""), *offered], initial="".join(chosen[:1]))
    return forms.MultipleChoiceField(required=False, choices=offered, initial=chosen)


def said_in_json(body: Any) -> list[dict[str, Any]]:
    """Return the answers in a JSON body, or raise Invalid on `answers`; what they mean, the service checks."""
    rows = body.get("answers") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Invalid(gettext("Answers are a list."), code="invalid", field="answers")
    if any(isinstance(row.get("question"), bool) or not isinstance(row.get("question"), int) for row in rows):
        raise Invalid(gettext("Each answer names its question."), code="invalid", field="answers")
    return rows
