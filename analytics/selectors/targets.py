"""The targets of the school and how far it is: for administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from analytics.definitions import get
from analytics.selectors import latency, nps, platform
from analytics.selectors.scope import Range, today

DAYS = 30
LATENCY_SPAN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Target:
    """One line: `value` against `goal` in `unit`. `status` is met, missed or unknown (nothing measured yet)."""

    title: str
    definition: str
    value: float | None
    goal: float
    unit: str = ""
    is_ceiling: bool = False
    trend: Sequence[Any] = ()
    note: str = ""

    @property
    def status(self) -> str:
        if self.value is None:
            return "unknown"
        return "met" if (self.value < self.goal if self.is_ceiling else self.value >= self.goal) else "missed"


def community() -> list[Target]:
    """Return what people do here, against the goals of PRODUCT.md. Ten queries."""
    now = platform.success()
    days = platform.days(Range(today() - timedelta(days=DAYS - 1), today()))
    said = nps.figures()
    rates = now["completion"]
    answers = _("%(n)s answers of %(asked)s asked") % {"n": said.answered, "asked": said.asked}
    margin = f" ± {said.margin}" if said.margin is not None else ""
    finished = str(get("completion_rate").formula)
    return [
        Target(_("Active people, 30 days"), _("Different people who learned, wrote or sent messages."),
               now["active_users_30"], 1000, trend=[d.mau for d in days]),
        Target(_("Published courses"), _("Courses that can be found and begun."), now["courses_published"], 50),
        Target(_("Topics"), _("Discussions in the forum that were not removed."), now["topics"], 100,
               trend=[d.topics_count for d in days]),
        Target(_("Posts"), _("Replies in the forum that were not removed."), now["posts"], 500,
               trend=[d.posts_count for d in days]),
        Target(_("Messages a week"), _("Private messages sent in the last 7 full days."), now["messages_7_days"], 1000,
               trend=[d.messages_count for d in days]),
        Target(_("Completion rate, of all"), finished, rates["raw"], 60, " %"),
        Target(_("Completion rate, of starters"), str(get("starters_rate").formula), rates["starters"], 60, " %"),
        Target(_("Completion rate, of mature starters"), str(get("mature_rate").formula), rates["mature"], 60, " %"),
        Target(_("NPS, −100 to 100"), _("Per cent of 9 and 10 less per cent of 0 to 6, the newest answer of each."),
               said.score, 8, note=answers + margin),
        Target(_("NPS, mean answer"), _("The mean of the answers from 0 to 10."), said.mean, 8, note=answers),
    ]  # fmt: skip


def speed() -> list[Target]:
    """Return the 95th percentiles of the last day, out of one histogram of all processes. One query."""
    histograms = latency.merged(latency.buckets(LATENCY_SPAN))
    rows = [
        ("api", _("API, 95 of 100 within"), 200), ("socket", _("Websocket, 95 of 100 within"), 100),
        ("query", _("Database query, 95 of 100 within"), 50), ("page", _("Page, 95 of 100 within"), 2000),
    ]  # fmt: skip
    what = _("Time on the server, out of histograms of all processes added up.")
    return [
        Target(
            title, what, latency.percentile(histograms.get(kind, {}), 0.95), goal, _(" ms"), is_ceiling=True,
            note=_("%(n)s measured in 24 hours") % {"n": sum(histograms.get(kind, {}).values())},
        )
        for kind, title, goal in rows
    ]  # fmt: skip


