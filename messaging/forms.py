"""Forms of conversations: they parse; services check and do."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.limits import CONTENT_MAX, TITLE_MAX
from messaging.models import MessagingPreference
from profiles.models import User


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(FilesField, self).clean(file, initial) for file in files]


class MessageForm(forms.Form):
    """The box below a conversation. `client_id` makes a repeated click the same message."""

    content = forms.CharField(
        label=gettext_lazy("Message"), required=False, strip=False,
        widget=forms.Textarea(
            attrs={"rows": 2, "maxlength": CONTENT_MAX, "placeholder": gettext_lazy("Write a message")}
        ),
    )  # fmt: skip
    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reply_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**63 - 1)
    attachment = FilesField(label=gettext_lazy("Files"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_id", uuid.uuid4())


class EditForm(forms.Form):
    content = forms.CharField(
        label=gettext_lazy("Message"), strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": CONTENT_MAX, "class": "input"}),
    )  # fmt: skip


class PeopleField(forms.CharField):
    """User names, separated by commas or spaces; gives the people in their order."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        names = list(dict.fromkeys(name.lstrip("@") for name in text.replace(",", " ").split()))
        found = {person.username.lower(): person for person in User.objects.named(names)}
        missing = [name for name in names if name.lower() not in found]
        if missing:
            raise forms.ValidationError(
                _("There is nobody called “%(name)s”.") % {"name": missing[0]}, code="does_not_exist"
            )
        return [found[name.lower()] for name in names]


class NewConversationForm(forms.Form):
    participants = PeopleField(
        label=gettext_lazy("To"), help_text=gettext_lazy("User names, several separated by commas."), max_length=4000,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )  # fmt: skip
    title = forms.CharField(
        label=gettext_lazy("Title of the group"), required=False, max_length=TITLE_MAX,
        help_text=gettext_lazy("Only for several people."), widget=forms.TextInput(attrs={"class": "input"}),
    )  # fmt: skip
    content = forms.CharField(
        label=gettext_lazy("Message"), strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": CONTENT_MAX, "class": "input"}),
    )  # fmt: skip
    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_id", uuid.uuid4())


class AddPeopleForm(forms.Form):
    users = PeopleField(
        label=gettext_lazy("Add people"), help_text=gettext_lazy("User names, several separated by commas."),
        max_length=4000, widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )  # fmt: skip


class TitleForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=TITLE_MAX, widget=forms.TextInput(attrs={"class": "input"})
    )


class PreferenceForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's own class has no parameters
    class Meta:
        model = MessagingPreference
        fields = ("who_may_write", "has_receipts", "has_typing", "has_presence")
        widgets = {"who_may_write": forms.RadioSelect}
