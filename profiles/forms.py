"""Parsing of the settings pages; the services validate."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.utils import timezone as django_timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from profiles import choices, limits
from profiles.models import FlagReason, PenaltyKind, Scope, User, Verdict

LIFETIMES = [(7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("One year"))]


# Where the important part of a picture is; a program may give any point.
FOCUS = [
    ("0.5,0.5", _("the middle")),
    ("0.5,0", _("the top")),
    ("0.5,1", _("the bottom")),
    ("0,0.5", _("the left")),
    ("1,0.5", _("the right")),
]
TOLD = (
    "bio", "location", "website", "github_url", "linkedin_url", "twitter_url", "birth_day", "birth_month",
)  # fmt: skip


def _numbers(last: int) -> list[tuple[int, str]]:
    return [(0, "—"), *((n, str(n)) for n in range(1, last + 1))]


class SignInForm(LoginForm):
    """allauth's, but its first field says what to type: "Login" reads like the button in every language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or e-mail")
        for name in ("login", "password"):  # nobody's are longer; SQLite refuses to compare, hashing costs
            self.fields[name].validators.append(MaxLengthValidator(limits.LOGIN_HIGH))


class ProfileForm(forms.Form):
    """Everything on the profile tab; also the picture."""

    display_name = forms.CharField(
        label=_("Display name"),
        required=False,
        max_length=limits.DISPLAY_NAME_HIGH,
        help_text=_("Shown beside what you write. Empty shows your user name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), required=False, help_text=_("Of pages and of mails."))
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Your streak day begins and ends at midnight in this zone."),
        widget=forms.Select(
            attrs={"data-behaviour": "device-zone", "data-offer": _("Your device is in {zone}: choose it")}
        ),
    )
    avatar = forms.FileField(
        label=_("Picture"),
        required=False,
        allow_empty_file=True,
        help_text=_("PNG, JPEG, WebP or GIF, at most 4 MB. It is cut to a square."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    remove_avatar = forms.BooleanField(label=_("Remove the picture"), required=False)
    avatar_focus = forms.ChoiceField(label=_("Keep in the picture"), choices=FOCUS, required=False)
    bio = forms.CharField(
        label=_("About me"),
        required=False,
        max_length=limits.BIO_HIGH,
        help_text=_("A few lines. **Bold**, links and lists work."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    location = forms.CharField(label=_("Place"), required=False, max_length=limits.LOCATION_HIGH)
    website = forms.CharField(label=_("Website"), required=False, max_length=200)
    github_url = forms.CharField(label="GitHub", required=False, max_length=200)
    linkedin_url = forms.CharField(label="LinkedIn", required=False, max_length=200)
    twitter_url = forms.CharField(label="X", required=False, max_length=200)
    birth_day = forms.TypedChoiceField(label=_("Day of birth"), coerce=int, choices=_numbers(31), required=False)
    birth_month = forms.TypedChoiceField(
        label=_("Month of birth"),
        coerce=int,
        choices=[(0, "—"), *MONTHS.items()],
        required=False,
        help_text=_("Nobody sees it. A badge may be waiting on the day."),
    )
    cover_image = forms.FileField(
        label=_("Cover picture"),
        required=False,
        allow_empty_file=True,
        help_text=_("PNG, JPEG, WebP or GIF, at most 4 MB. It is cut four times as wide as high."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    cover_focus = forms.ChoiceField(label=_("Keep in the cover"), choices=FOCUS, required=False)
    remove_cover = forms.BooleanField(label=_("Remove the cover picture"), required=False)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        shown = ("display_name", "language", "timezone", "revision")
        kwargs["initial"] = {name: getattr(account, name) for name in shown}
        kwargs["initial"] |= {name: getattr(account.profile, name) for name in TOLD}
        super().__init__(*args, **kwargs)
        if not account.profile.cover:
            del self.fields["remove_cover"]
        language, timezone = self.fields["language"], self.fields["timezone"]
        language.choices = [("", _("Like my browser")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        timezone.choices = choices.timezone_choices()  # type: ignore[attr-defined]
        if account.timezone not in {
            name for _region, zones in choices.timezone_choices() for name, _place in zones
        }:
            timezone.choices = [(account.timezone, account.timezone), *timezone.choices]  # type: ignore[attr-defined]
        if not account.avatar:
            del self.fields["remove_avatar"]


class TokenForm(forms.Form):
    """A new personal token."""

    name = forms.CharField(
        label=_("Name"),
        max_length=limits.TOKEN_NAME_HIGH,
        help_text=_("What will use it, for example “my notebook”."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ],
        error_messages={
            "required": _("Choose at least one scope."),
        },
    )
    days = forms.TypedChoiceField(label=_("Expires after"), choices=LIFETIMES, coerce=int, initial=90)

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [choice for choice in Scope.choices if choice[0] != Scope.INGEST or account.is_admin]
        self.fields["scopes"].choices = allowed  # type: ignore[attr-defined]


PENALTY_LASTS = [
    ("1d", _("24 hours")),
    ("3d", _("3 days")),
    ("7d", _("7 days")),
    ("30d", _("30 days")),
    ("good", _("For good")),
]


def penalty_end(lasts: str) -> datetime | None:
    """Return when a penalty of this preset, issued now, ends; None for never."""
    days = limits.PENALTY_PRESETS[lasts]
    return None if days is None else django_timezone.now() + timedelta(days=days)


class PenaltyEndForm(forms.Form):
    """Another end for a penalty that holds, counted from now."""

    lasts = forms.ChoiceField(label=_("For"), choices=PENALTY_LASTS, initial="1d")


class PenaltyForm(PenaltyEndForm):
    """A new penalty; its token makes a double click one penalty."""

    field_order = ("kind", "lasts", "reason", "note", "token")
    kind = forms.ChoiceField(label=_("Penalty"), choices=PenaltyKind.choices)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=limits.PENALTY_REASON_HIGH,
        help_text=_("The person reads it."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=limits.PENALTY_NOTE_HIGH,
        help_text=_("For moderators alone."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex)


class PrivacyForm(forms.Form):
    """The four switches."""

    is_profile_public = forms.BooleanField(
        label=_("Public profile"),
        required=False,
        help_text=_("Off: others see your name and picture only, and nobody finds you in lists and search."),
    )
    show_badges = forms.BooleanField(
        label=_("Show badges"), required=False, help_text=_("On your page, beside your name, and in feeds.")
    )
    show_courses = forms.BooleanField(
        label=_("Show courses"),
        required=False,
        help_text=_("What you learn and teach, and your certificates. A certificate you share works anyway."),
    )
    show_activity = forms.BooleanField(
        label=_("Show activity"),
        required=False,
        help_text=_("What you do appears on your page and in the feed of who follows you."),
    )


class UsernameForm(forms.Form):
    """Another user name."""

    username = forms.CharField(
        label=_("User name"),
        max_length=limits.USERNAME_HIGH,
        help_text=_("Links to your old name lead to the new one. Nobody else can take the old one."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )


class ErasureForm(forms.Form):
    """The end of one's account: nobody types their own name by mistake."""

    username = forms.CharField(
        label=_("Type your user name to confirm"),
        max_length=limits.USERNAME_HIGH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account = account

    def clean_username(self) -> str:
        typed: str = self.cleaned_data["username"]
        if typed.strip().removeprefix("@").lower() != self._account.username.lower():
            raise forms.ValidationError(_("This is not your user name."), code="mismatch")
        return typed


class ReportForm(forms.Form):
    """What is wrong with a text; its token makes a double click one report."""

    reason = forms.ChoiceField(label=_("What is wrong with it?"), choices=FlagReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=limits.FLAG_NOTE_HIGH,
        help_text=_("Only moderators read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex)


class ResolveForm(forms.Form):
    """A decision about a case: which button, why, and what its author bears."""

    action = forms.ChoiceField(choices=Verdict.choices, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason the author reads"),
        required=False,
        max_length=limits.REMOVAL_REASON_HIGH,
        help_text=_("Empty says what was reported."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=limits.FLAG_NOTE_HIGH,
        help_text=_("For moderators alone."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    penalty = forms.ChoiceField(
        label=_("Penalty"), required=False, choices=[("", _("None")), *PenaltyKind.choices]
    )
    lasts = forms.ChoiceField(label=_("For"), required=False, choices=PENALTY_LASTS, initial="1d")
    penalty_reason = forms.CharField(
        label=_("Reason of the penalty"),
        required=False,
        max_length=limits.PENALTY_REASON_HIGH,
        help_text=_("The person reads it. Empty says the reason above."),
    )
