"""Parsing of the catalogue's filters."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses import limits, selectors
from courses.models import CourseCategory, Level
from courses.selectors import CatalogueFilters

SORT_LABELS = {
    "popular": _("Most popular"),
    "newest": _("Newest"),
    "rating": _("Best rated"),
    "price": _("Cheapest"),
}


class CatalogueForm(forms.Form):
    """The filters of the catalogue. Values that make no sense filter nothing: links get shared and cut."""

    q = forms.CharField(label=_("Search courses"), required=False, max_length=limits.QUERY_MAX)
    category = forms.ChoiceField(label=_("Category"), required=False)
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("Any level")), *Level.choices]
    )
    price_max = forms.TypedChoiceField(
        label=_("Price"),
        required=False,
        empty_value=None,
        coerce=Decimal,
        choices=[("", _("Any price")), ("0", _("Free")), ("25", _("Up to 25")), ("50", _("Up to 50"))],
    )
    rating = forms.TypedChoiceField(
        label=_("Rating"),
        required=False,
        empty_value=None,
        coerce=Decimal,
        choices=[
            ("", _("Any rating")),
            ("4.5", _("4.5 and more")),
            ("4", _("4 and more")),
            ("3", _("3 and more")),
        ],
    )
    sort = forms.ChoiceField(
        label=_("Sort by"), required=False, choices=[(name, SORT_LABELS[name]) for name in selectors.SORTS]
    )

    def __init__(self, data: Any, categories: list[CourseCategory]) -> None:
        super().__init__(data)
        shelves = [(category.slug, category.name) for category in categories]
        self.fields["category"].choices = [("", _("Any category")), *shelves]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def filters(self) -> CatalogueFilters:
        """Return the filters that were understood."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        return CatalogueFilters(**given)
