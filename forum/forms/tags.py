"""What moderators say about a tag."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.limits import TAG_DESCRIPTION_MAX, TAG_MAX


class TagForm(forms.Form):
    """Name, meaning and synonyms of a tag."""

    name = forms.CharField(label=_("Name"), strip=False, widget=forms.TextInput(attrs={"maxlength": TAG_MAX}))
    description = forms.CharField(
        label=_("Description"),
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"maxlength": TAG_DESCRIPTION_MAX}),
    )
    synonyms = forms.CharField(
        label=_("Synonyms"),
        required=False,
        strip=False,
        help_text=_("Words that mean the same, separated by commas: who writes one of them gets this tag."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_synonyms(self) -> list[str]:
        return [word.strip() for word in self.cleaned_data["synonyms"].split(",") if word.strip()]


class MergeForm(forms.Form):
    """Into which tag another one goes."""

    into = forms.CharField(label=_("Merge into"), strip=False, help_text=_("The name of the tag that stays."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "id_merge_%s"
        super().__init__(*args, **kwargs)
