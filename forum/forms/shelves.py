"""Parsing of the category form; the service measures and refuses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.limits import CATEGORY_ICONS
from forum.models import Audience, Category

TRUST = [
    (0, _("Everybody")),
    (1, _("Level 1: has written or learned something here")),
    (2, _("Level 2: has been here for a while")),
    (3, _("Level 3: regulars")),
]


class CategoryForm(forms.Form):
    """Everything about a category that moderators decide."""

    name = forms.CharField(label=_("Name"))
    slug = forms.CharField(label=_("Address"), required=False, help_text=_("Made of the name when left empty."))
    description = forms.CharField(label=_("Description"), required=False)
    icon = forms.ChoiceField(label=_("Icon"))
    order_index = forms.IntegerField(label=_("Order"), min_value=0, initial=0, help_text=_("Lower stands first."))
    audience = forms.ChoiceField(label=_("Who sees it"), choices=Audience.choices)
    course = forms.ChoiceField(
        label=_("Course"), required=False, help_text=_("Makes it the forum of a course; its instructors lead here.")
    )
    staff_only_topics = forms.BooleanField(label=_("Only staff starts topics"), required=False)
    min_trust_level = forms.TypedChoiceField(label=_("Who starts topics"), choices=TRUST, coerce=int)
    slow_mode_seconds = forms.IntegerField(
        label=_("Slow mode, seconds"), min_value=0, initial=0, help_text=_("Between two posts of one person; 0 is off.")
    )
    moderators = forms.CharField(
        label=_("Moderators"), required=False, help_text=_("User names, separated by commas. They moderate here only.")
    )

    def __init__(self, *args: Any, category: Category | None = None, courses: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [category.icon] if category is not None and category.icon not in CATEGORY_ICONS else []
        self.fields["icon"].choices = [(name, name.replace("-", " ")) for name in [*own, *CATEGORY_ICONS]]  # type: ignore[attr-defined]
        self.fields["course"].choices = [("", _("None")), *((row.slug, row.title) for row in courses)]  # type: ignore[attr-defined]

    def clean_moderators(self) -> list[str]:
        return [name.strip() for name in self.cleaned_data["moderators"].split(",") if name.strip()]
