"""The comment box. The service measures and refuses, so that page and API say the same."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.limits import COMMENT_MAX


class CommentBox(forms.Form):
    """A text. Several boxes stand on one page: names are the same, ids differ by the place."""

    content = forms.CharField(
        label=_("Comment"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "data-max": COMMENT_MAX, "data-behaviour": "autogrow counter", "dir": "auto"}
        ),
    )

    def __init__(self, data: Any = None, *, initial: Any = None, place: str = "comment") -> None:
        super().__init__(data, initial=initial, auto_id=f"id_{place}_%s")


class CommentForm(CommentBox):
    """A new comment; its token makes a double click one comment."""

    token = forms.CharField(
        required=False, max_length=36, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex
    )
