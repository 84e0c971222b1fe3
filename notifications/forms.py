"""The preferences as a form: the matrix, the digest, the quiet hours."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.catalogue import CHANNELS, KINDS
from notifications.models import Digest


class PreferencesForm(forms.Form):
    """`on` holds "kind.channel" for each box that is ticked; `shown` the kinds whose boxes were on the page."""

    digest = forms.ChoiceField(label=_("Digest by mail"), choices=Digest.choices)
    quiet_hours_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_hours_to = forms.TimeField(
        label=_("until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def clean(self) -> dict[str, Any]:
        """Give `choices` (kind → channel → wanted) and `quiet` as the service takes them."""
        data = super().clean() or {}
        start, end = data.pop("quiet_hours_from", None), data.pop("quiet_hours_to", None)
        if (start is None) != (end is None) and not self.errors:
            self.add_error("quiet_hours_from" if start is None else "quiet_hours_to", _("Give both times, or none."))
        data["quiet"] = (start, end) if start is not None and end is not None else ()
        posted: Any = self.data
        on, shown = set(posted.getlist("on")), set(posted.getlist("shown"))
        data["choices"] = {
            kind.name: {channel: f"{kind.name}.{channel}" in on for channel in CHANNELS if kind.may_choose(channel)}
            for kind in KINDS.values()
            if kind.name in shown
        }
        return data
