"""Parsing of the pages of referrals; the services validate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals import limits


class CodeForm(forms.Form):
    """A further code."""

    label = forms.CharField(label=_("What is it for?"), required=False, max_length=limits.LABEL_HIGH)
    max_uses = forms.IntegerField(label=_("Most uses"), required=False, min_value=1, max_value=limits.USES_HIGH)
    expires_at = forms.DateTimeField(
        label=_("Works until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"],
    )


class EnterForm(forms.Form):
    """The code of who invited one."""

    code = forms.CharField(label=_("Code of your friend"), max_length=limits.CODE_HIGH)
