"""Parsing of the settings pages; the services validate."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from profiles import choices, limits
from profiles.models import Scope, User

LIFETIMES = [(7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("One year"))]


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
        label=_("Time zone"), help_text=_("Your streak day begins and ends at midnight in this zone.")
    )
    avatar = forms.FileField(
        label=_("Picture"),
        required=False,
        allow_empty_file=True,
        help_text=_("PNG, JPEG, WebP or GIF, at most 4 MB. It is cut to a square."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    remove_avatar = forms.BooleanField(label=_("Remove the picture"), required=False)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        shown = ("display_name", "language", "timezone", "revision")
        kwargs["initial"] = {name: getattr(account, name) for name in shown}
        super().__init__(*args, **kwargs)
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
