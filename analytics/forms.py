"""Parses what the survey sends; the service decides."""

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.limits import COMMENT_MAX


class SurveyForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("How likely would you recommend us to a friend?"), coerce=int,
        choices=[(n, str(n)) for n in range(11)], widget=forms.RadioSelect,
    )  # fmt: skip
    comment = forms.CharField(
        label=_("What is the main reason?"), required=False, max_length=COMMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
