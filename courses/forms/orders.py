"""Parsing of the pages about money."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses import limits
from courses.models import Course


class CheckoutForm(forms.Form):
    """A coupon's code, or nothing."""

    coupon = forms.CharField(label=_("Coupon"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = {"class": "input", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        self.fields["coupon"].widget.attrs.update(attributes)


class RefundForm(forms.Form):
    """How much is given back; empty is all that is left."""

    amount = forms.DecimalField(
        label=_("Amount"), required=False, max_digits=12, decimal_places=2, help_text=_("Empty: everything.")
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=limits.REFUND_REASON_MAX)
    token = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("amount", "reason"):
            self.fields[name].widget.attrs["class"] = "input"


class CouponForm(forms.Form):
    """A new coupon; the service holds its rules."""

    code = forms.CharField(label=_("Code"), max_length=60)
    course = forms.ModelChoiceField(
        label=_("Course"), queryset=Course.objects.none(), required=False, empty_label=_("All courses")
    )
    percent = forms.IntegerField(label=_("Percent"), required=False)
    amount = forms.DecimalField(label=_("Or an amount"), required=False, max_digits=12, decimal_places=2)
    currency = forms.CharField(
        label=_("Currency"), required=False, max_length=3, help_text=_("Three letters, such as EUR.")
    )
    starts_at = forms.DateTimeField(
        label=_("Valid from"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"})
    )
    ends_at = forms.DateTimeField(
        label=_("Valid until"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"})
    )
    uses_max = forms.IntegerField(label=_("Uses allowed"), required=False)

    def __init__(self, *args: Any, courses: Any, may_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.queryset = courses
        if not may_all:
            field.required, field.empty_label = True, None
        for each in self.fields.values():
            each.widget.attrs["class"] = "input"
