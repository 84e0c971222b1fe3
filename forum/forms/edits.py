"""Forms that change a text: they name the revision and the text they were made from, and may say why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.forms.comments import CommentBox
from forum.forms.topics import PostForm, TopicForm
from forum.limits import EDIT_REASON_MAX


class Edit(forms.Form):
    """The fields that every edit has."""

    reason = forms.CharField(
        label=_("What did you change?"),
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"maxlength": EDIT_REASON_MAX, "autocomplete": "off"}),
    )
    base = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)


class PostEditForm(Edit, PostForm):
    """Edit a post."""

    field_order = ("content", "reason")


class TopicEditForm(Edit, TopicForm):
    """Edit a topic with its body."""

    field_order = ("title", "category", "content", "tags", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, editing=True, **kwargs)


class CommentEditForm(Edit, CommentBox):
    """Edit a comment."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    field_order = ("content", "reason")
