"""Parsing of the quiz editor."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses import limits
from courses.forms.studio import LengthField, new_token
from courses.models import Feedback, Grading, Question, QuestionKind, Quiz
from courses.services.grading import as_number
from courses.services.quizzes import Draft

SPARE = 3  # empty rows for more answers
SETTINGS = ("pass_percent", "time_limit_seconds", "attempts_max", "is_shuffled", "grading", "feedback")


class QuizForm(forms.Form):
    """The settings of a quiz."""

    pass_percent = forms.IntegerField(label=_("Percent needed to pass"), min_value=1, max_value=100)
    attempts_max = forms.IntegerField(
        label=_("Attempts"),
        required=False,
        min_value=1,
        max_value=limits.ATTEMPTS_MAX,
        help_text=_("Empty: any number."),
    )
    time_limit_seconds = LengthField(
        label=_("Time limit"), help_text=_("Minutes and seconds. Empty: as long as it takes.")
    )
    grading = forms.ChoiceField(label=_("Which attempt counts"), choices=Grading.choices)
    feedback = forms.ChoiceField(label=_("Results show"), choices=Feedback.choices)
    is_shuffled = forms.BooleanField(label=_("Shuffle questions and answers"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, quiz: Quiz, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(quiz, name) for name in (*SETTINGS, "version")}
        super().__init__(*args, **kwargs)

    def written(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SETTINGS}


class NumberField(forms.CharField):
    """A number with a point or a comma before the decimals."""

    def clean(self, value: Any) -> Decimal | None:
        written = super().clean(value)
        if not written:
            return None
        number = as_number(written)
        if number is None:
            raise forms.ValidationError(_("Give a number."), code="invalid")
        return number


class QuestionForm(forms.Form):
    """A question of one kind: only that kind's fields are there."""

    text = forms.CharField(
        label=_("Question"), strip=False, max_length=limits.QUESTION_MAX, widget=forms.Textarea(attrs={"rows": 4})
    )
    choices = forms.CharField(required=False)  # for errors about the rows of answers, which the page draws
    accepted = forms.CharField(
        label=_("Accepted answers"),
        help_text=_("One a line. Capital letters and full stops do not matter."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    number = NumberField(label=_("The right number"), max_length=40)
    tolerance = NumberField(
        label=_("May differ by"), required=False, max_length=40, help_text=_("Empty: not at all.")
    )
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=limits.POINTS_MAX, initial=1)
    explanation = forms.CharField(
        label=_("Explanation"),
        required=False,
        strip=False,
        max_length=limits.QUESTION_MAX,
        help_text=_("Shown with the results, as the settings of the quiz say."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=new_token)

    def __init__(self, *args: Any, kind: str, question: Question | None = None, **kwargs: Any) -> None:
        if question is not None:
            kwargs["initial"] = _initial(question)
        super().__init__(*args, **kwargs)
        self.kind, self.kind_label = kind, QuestionKind(kind).label
        self.has_choices = kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}
        kept = {QuestionKind.TEXT: {"accepted"}, QuestionKind.NUMBER: {"number", "tolerance"}}
        for name in {"accepted", "number", "tolerance", "choices"} - kept.get(QuestionKind(kind), {"choices"}):
            del self.fields[name]
        self.offered = _offered(question)

    @property
    def choice_rows(self) -> list[dict[str, Any]]:
        """The rows of answers that the page draws, as typed if it was sent."""
        rows = self._typed() if self.is_bound else self.offered
        wanted = min(max(len(rows) + (0 if self.is_bound else SPARE), 4), limits.CHOICES_MAX)
        rows = [*rows, *[("", False)] * (wanted - len(rows))]
        return [{"n": n, "text": text, "is_right": is_right} for n, (text, is_right) in enumerate(rows)]

    def _typed(self) -> list[tuple[str, bool]]:
        right = set(self.data.getlist("right")) if hasattr(self.data, "getlist") else set()
        rows = [(self.data.get(f"choice_{n}", ""), str(n) in right) for n in range(limits.CHOICES_MAX)]
        while rows and not rows[-1][0]:
            rows.pop()
        return rows

    def draft(self) -> Draft:
        """Return the question as the service takes it."""
        data = self.cleaned_data
        return Draft(
            kind=self.kind,
            text=data["text"],
            choices=self._typed() if self.has_choices else (),
            accepted=data.get("accepted", "").split("\n"),
            number=data.get("number"),
            tolerance=data.get("tolerance") or Decimal(0),
            points=data["points"],
            explanation=data["explanation"],
        )


def _initial(question: Question) -> dict[str, Any]:
    shown = {name: getattr(question, name) for name in ("text", "points", "explanation")}
    shown["accepted"] = "\n".join(question.accepted)
    for name in ("number", "tolerance"):
        value = getattr(question, name)
        shown[name] = f"{value.normalize():f}" if value else "" if value is None or name == "tolerance" else "0"
    return shown


def _offered(question: Question | None) -> list[tuple[str, bool]]:
    if question is None:
        return []
    return [(choice.text, choice.is_correct) for choice in question.choices.all()]
