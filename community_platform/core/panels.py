"""Page slots: how a page shows pieces of apps that it must not know.

A lower page renders `{% panel "profile.main" subject %}`; a higher app registers a panel for that slot in its own
`panels.py`. A panel is a function `(request, subject) -> context | None`; None shows nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

PanelContext = Callable[[HttpRequest, Any], Mapping[str, Any] | None]

SLOTS = {
    "header.icons": "icons at the right of the header (streak, bell)",
    "home.main": "main column of a member's home page",
    "home.aside": "side column of a member's home page",
    "course.below": "below a course page; the subject is the course",
    "lesson.below": "below a lesson; the subject is the lesson",
    "profile.main": "main column of a profile; the subject is the user",
    "profile.aside": "side column of a profile; the subject is the user",
}


@dataclass(frozen=True, slots=True)
class Panel:
    template: str
    context: PanelContext
    order: int


_panels: dict[str, list[Panel]] = defaultdict(list)


def register(slot: str, template: str, context: PanelContext, *, order: int = 100) -> None:
    """Show `template` with `context(request, subject)` in `slot`; lower `order` stands first."""
    if slot not in SLOTS:
        raise KeyError(f"unknown slot {slot!r}")
    _panels[slot].append(Panel(template, context, order))
    _panels[slot].sort(key=lambda panel: panel.order)


def render(slot: str, request: HttpRequest, subject: Any = None) -> SafeString:
    """Render every panel of `slot`, in order."""
    if slot not in SLOTS:
        raise KeyError(f"unknown slot {slot!r}")
    pieces = []
    for panel in _panels[slot]:
        context = panel.context(request, subject)
        if context is not None:
            pieces.append(render_to_string(panel.template, {"subject": subject, **context}, request=request))
    return mark_safe("".join(pieces))  # noqa: S308 - templates escape their own values
