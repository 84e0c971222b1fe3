"""Parsing of topic forms; the services measure and refuse, so that page and API say the same."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community_platform.core.typed import opened_now
from forum.limits import POST_MAX, TITLE_MAX
from forum.models import Category, TopicKind


class TextArea(forms.Textarea):
    """The box of the composer: grows, counts, keeps the text that is sent."""

    def __init__(self, maximum: int) -> None:
        super().__init__(attrs={"rows": 6, "data-behaviour": "autogrow counter", "data-max": maximum})


class TopicForm(forms.Form):
    """Start a topic, or with `editing` change one, whose kind stays. Only who `announces` is offered that kind."""

    use_required_attribute = False  # a draft may be restored after the browser has looked

    title = forms.CharField(
        label=_("Title"),
        strip=False,
        widget=forms.TextInput(attrs={"data-behaviour": "counter", "data-max": TITLE_MAX, "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=TopicKind.choices)
    category = forms.ChoiceField(label=_("Category"))
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        strip=False,
        help_text=_("Up to five, separated by commas."),
        widget=forms.TextInput(attrs={"data-behaviour": "tag-words", "autocomplete": "off"}),
    )
    content = forms.CharField(label=_("Text"), strip=False, widget=TextArea(POST_MAX))
    course = forms.IntegerField(required=False, widget=forms.HiddenInput)
    lesson = forms.IntegerField(required=False, widget=forms.HiddenInput)
    lesson_second = forms.IntegerField(required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex)
    opened = forms.CharField(required=False, widget=forms.HiddenInput, initial=opened_now)

    def __init__(
        self, *args: Any, categories: list[Category], announces: bool = False, editing: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [(row.slug, row.name) for row in categories]  # type: ignore[attr-defined]
        if not announces:
            self.fields["kind"].choices = TopicKind.choices[:2]  # type: ignore[attr-defined]
        if editing:
            del self.fields["kind"]

    def clean_tags(self) -> list[str]:
        return [word.strip() for word in self.cleaned_data["tags"].split(",") if word.strip()]


class PostForm(forms.Form):
    """Write or edit a post."""

    use_required_attribute = False
    content = forms.CharField(label=_("Your reply"), strip=False, widget=TextArea(POST_MAX))
    reply_to = forms.IntegerField(required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex)
    opened = forms.CharField(required=False, widget=forms.HiddenInput, initial=opened_now)

