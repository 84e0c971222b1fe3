"""Parsing of what people check and revoke."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses import limits


class CheckForm(forms.Form):
    """A credential: pasted, or the file that was downloaded."""

    text = forms.CharField(
        label=_("Credential"),
        required=False,
        max_length=limits.CREDENTIAL_MAX,
        help_text=_("The JSON document or the signed text (JWT), as you were given it."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or the file"), required=False, widget=forms.FileInput(attrs={"accept": ".json,.jwt,.txt"})
    )

    def clean(self) -> dict[str, Any]:
        """Set `credential` to what was given."""
        data = dict(super().clean() or self.cleaned_data)
        file = data.get("file")
        if file is not None:
            if file.size > limits.CREDENTIAL_MAX:
                raise forms.ValidationError({"file": _("This file is too large for a credential.")})
            data["credential"] = file.read().decode("utf-8", "replace")
        else:
            data["credential"] = data.get("text", "")
        if not data["credential"].strip() and not self.errors:
            raise forms.ValidationError({"text": _("Paste a credential, or choose its file.")})
        return data


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=limits.REVOKE_REASON_MAX,
        help_text=_("The holder and the course's staff read it. Nobody else does."),
    )
