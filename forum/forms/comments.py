"""The comment box. The service measures and refuses, so that page and API say the same."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.limits import COMMENT_MAX


class CommentForm(forms.Form):
    """A text, and a token that makes a double click one comment."""

    content = forms.CharField(
        label=_("Comment"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "data-max": COMMENT_MAX, "data-behaviour": "autogrow counter", "dir": "auto"}
        ),
    )
    token = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex)

    def __init__(self, *args: Any, place: str = "comment", **kwargs: Any) -> None:
        # Several boxes stand on one page: names are the same, ids differ by the place.
        super().__init__(*args, auto_id=f"id_{place}_%s", **kwargs)


class CommentEditForm(CommentForm):
    """An edit names the revision it was made from."""

    token = None
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
