"""Parsing of the pages of the game; the services validate."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gamification import limits
from gamification.models import UserBadge


class PreferencesForm(forms.Form):
    """What one wants to see of the game."""

    is_on = forms.BooleanField(
        label=_("Show points, badges and streaks"),
        required=False,
        help_text=_(
            "Off: no flame, no badges, no pop-ups, no leaderboards and no mail about them. Nothing is lost: everything "
            "is counted on, and appears when you turn it back on."
        ),
    )
    in_leaderboards = forms.BooleanField(
        label=_("Take part in leaderboards"),
        required=False,
        help_text=_("Off: your name stands in no leaderboard. A private profile does not stand there either."),
    )
    has_reminders = forms.BooleanField(
        label=_("Remind me in the evening"),
        required=False,
        help_text=_("At eight in your time zone, when a streak of three days or more would end at midnight."),
    )


class BugReportForm(forms.Form):
    """What is broken; its token makes a double click one report."""

    title = forms.CharField(label=_("What is wrong?"), max_length=limits.BUG_TITLE_HIGH)
    description = forms.CharField(
        label=_("What did you do, what did you expect, what happened?"),
        max_length=limits.BUG_TEXT_HIGH,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    page = forms.CharField(
        label=_("Page"),
        required=False,
        max_length=limits.BUG_PAGE_HIGH,
        help_text=_("The address where it happened."),
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex)


class PinsForm(forms.Form):
    """Which badges stand in the showcase; the order is that of the catalogue where no other is given."""

    badges = forms.MultipleChoiceField(
        label=_("Badges in the showcase"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, held: Iterable[UserBadge], **kwargs: Any) -> None:
        held = list(held)
        kwargs.setdefault("initial", {"badges": [row.badge.slug for row in held if row.pin]})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["badges"]
        field.choices = [(row.badge.slug, row.badge.name) for row in held]
