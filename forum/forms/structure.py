"""What those who lead a topic choose: how long, why, where to. The services measure and refuse."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.limits import LOCK_REASON_MAX, SPLIT_MAX, TITLE_MAX
from forum.models import Category, Topic, TopicKind

DAYS = [(0, _("For good")), (1, _("1 day")), (3, _("3 days")), (7, _("7 days")), (30, _("30 days"))]
REASONS = [
    ("", _("No reason")),
    ("solved", _("The question is answered.")),
    ("elsewhere", _("The discussion goes on elsewhere.")),
    ("heated", _("Let us cool down first.")),
    ("off_topic", _("This went off topic.")),
    ("outdated", _("This is out of date.")),
]
PACES = [
    (0, _("Off")),
    (30, _("30 seconds")),
    (60, _("1 minute")),
    (300, _("5 minutes")),
    (900, _("15 minutes")),
    (3600, _("1 hour")),
    (86_400, _("1 day")),
]
_TOPIC = re.compile(r"(?:.*/forum/topic/)?(\d{1,18})/?(?:[?#].*)?")
_RANGE = re.compile(r"(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?")


class UntilForm(forms.Form):
    """Something that holds for some days, or for good."""

    days = forms.TypedChoiceField(
        label=_("How long"), choices=DAYS, coerce=int, required=False, initial=0
    )

    @property
    def until(self) -> datetime | None:
        days: int | str = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=int(days)) if days else None


class PinForm(UntilForm):
    is_pinned = forms.TypedChoiceField(
        choices=[("1", ""), ("0", "")], coerce=lambda v: v == "1", widget=forms.HiddenInput
    )


class LockForm(forms.Form):
    """A reason of one's own goes before one from the list."""

    is_locked = forms.TypedChoiceField(
        choices=[("1", ""), ("0", "")], coerce=lambda v: v == "1", widget=forms.HiddenInput
    )
    preset = forms.ChoiceField(label=_("Reason, shown to everybody"), choices=REASONS, required=False)
    reason = forms.CharField(
        label=_("Or in your own words"),
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"maxlength": LOCK_REASON_MAX}),
    )

    @property
    def words(self) -> str:
        given: str = self.cleaned_data["reason"]
        preset = self.cleaned_data["preset"]
        return given or (str(dict(REASONS)[preset]) if preset else "")


class SlowForm(UntilForm):
    seconds = forms.TypedChoiceField(
        label=_("Time between two posts of one person"), choices=PACES, coerce=int
    )
    field_order = ("seconds", "days")


class MoveForm(forms.Form):
    category = forms.ChoiceField(label=_("Category"))

    def __init__(self, *args: Any, categories: list[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [(row.slug, row.name) for row in categories]  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    into = forms.CharField(
        label=_("Address or number of the other topic"),
        help_text=_("All posts go to the end of that topic; links to this one lead there."),
        max_length=300,
    )

    def clean_into(self) -> int:
        found = _TOPIC.fullmatch(self.cleaned_data["into"].strip())
        if found is None:
            raise forms.ValidationError(_("This is no address of a topic."))
        return int(found[1])


class KeysField(forms.Field):
    """Boxes that were ticked: the keys among what was sent."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        return [int(key) for key in value or () if key.isascii() and key.isdecimal()]


class SplitForm(forms.Form):
    """Which replies become a topic: ticked ones, and whatever stands in `numbers`."""

    title = forms.CharField(
        label=_("Title of the new topic"), strip=False, widget=forms.TextInput(attrs={"maxlength": TITLE_MAX})
    )
    category = forms.ChoiceField(label=_("Category"))
    kind = forms.ChoiceField(label=_("Kind"), choices=TopicKind.choices[:2])
    numbers = forms.CharField(
        label=_("Numbers of further posts"),
        required=False,
        help_text=_("As in 12, 15-20: also those on other pages."),
        max_length=500,
    )
    posts = KeysField(required=False)

    def __init__(self, *args: Any, topic: Topic, categories: list[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topic = topic
        self.fields["category"].choices = [(row.slug, row.name) for row in categories]  # type: ignore[attr-defined]

    def clean_numbers(self) -> set[int]:
        """Return the post numbers that are named, at most one more than can be split off."""
        numbers: set[int] = set()
        for part in filter(
            None, re.split(r"[,;\s]+", re.sub(r"\s*[-–]\s*", "-", self.cleaned_data["numbers"]))
        ):
            found = _RANGE.fullmatch(part)
            if found is None:
                raise forms.ValidationError(_("Write numbers and ranges, as in 12, 15-20."))
            first, last = int(found[1].lstrip("#")), int(found[2] or found[1])
            numbers.update(range(first, min(last, first + SPLIT_MAX) + 1))
        return numbers

    @property
    def chosen(self) -> list[int]:
        """The keys of the chosen replies. One query where numbers are named."""
        ticked, numbers = self.cleaned_data["posts"], self.cleaned_data["numbers"]
        named = (
            self.topic.posts.filter(number__in=numbers, deleted_at=None)
            if numbers
            else self.topic.posts.none()
        )
        return [*ticked, *named.values_list("pk", flat=True)]
