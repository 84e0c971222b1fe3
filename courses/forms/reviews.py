"""Parsing of reviews, replies to them and lesson feedback. The services measure and refuse."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from courses import limits
from courses.models import FeedbackKind, Review

_STARS = ngettext_lazy("%d star", "%d stars")


class ReviewForm(forms.Form):
    """Stars and words; the token makes a double click one review, the revision says what was changed."""

    rating = forms.TypedChoiceField(
        label=_("Your rating"),
        coerce=int,
        choices=[(n, _STARS % n) for n in range(1, 6)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Give one to five stars."), "invalid_choice": _("Give one to five stars.")},
    )
    content = forms.CharField(
        label=_("Your review"),
        required=False,
        strip=False,
        help_text=_("What helped, what was missing? Markdown works."),
        widget=forms.Textarea(
            attrs={"rows": 4, "data-max": limits.REVIEW_MAX, "data-behaviour": "autogrow", "dir": "auto"}
        ),
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, review: Review) -> "ReviewForm":
        """Return the form that changes `review`."""
        told = {"rating": review.rating, "content": review.content, "revision": review.revision}
        return cls(initial=told)


class ReplyForm(forms.Form):
    """The instructor's answer."""

    content = forms.CharField(
        label=_("Your reply"),
        required=False,
        strip=False,
        help_text=_("Everybody who sees the review reads it. Markdown works."),
        widget=forms.Textarea(attrs={"rows": 4, "data-behaviour": "autogrow", "dir": "auto"}),
    )


class FeedbackForm(forms.Form):
    """One mark; without JavaScript it is about the lesson as a whole, second 0."""

    kind = forms.ChoiceField(choices=FeedbackKind.choices, widget=forms.HiddenInput)
    at_seconds = forms.IntegerField(required=False, widget=forms.HiddenInput)
    content = forms.CharField(
        label=_("In a few words"),
        required=False,
        max_length=limits.FEEDBACK_TEXT_MAX,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def clean_at_seconds(self) -> int:
        return self.cleaned_data["at_seconds"] or 0


class FeedbackFilter(forms.Form):
    """Which marks the course's staff looks at. Values that make no sense filter nothing."""

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *FeedbackKind.choices]
    )
    lesson = forms.IntegerField(required=False, min_value=1)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Open")), ("resolved", _("Resolved")), ("all", _("All"))],
    )

    def filters(self) -> dict[str, Any]:
        """Return the arguments of `selectors.feedback_on`."""
        self.is_valid()
        data = self.cleaned_data
        resolved = {"resolved": True, "all": None}.get(data.get("state", ""), False)
        return {"kind": data.get("kind", ""), "lesson": data.get("lesson"), "is_resolved": resolved}
