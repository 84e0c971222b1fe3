"""Page slots: how a page shows pieces of apps that it must not know.

A lower page renders `{% panel "profile.main" subject %}`; a higher app registers a panel for that slot in its own
`panels.py`. A panel is a function `(request, subject) -> context | None`; None shows nothing.

A piece that stands beside each of many people (the level of who wrote a post) is a mark: asked once for all people of
the page, `(request, keys of people) -> {key: context}`, and rendered by `{% mark "author" post.author page %}`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

PanelContext = Callable[[HttpRequest, Any], Mapping[str, Any] | None]
MarkContexts = Callable[[HttpRequest, Collection[int]], Mapping[int, Mapping[str, Any]]]

SLOTS = {
    "visitor.welcome": "above what a visitor is told on the home page and on sign-up",
    "header.icons": "icons at the right of the header (streak, bell)",
    "home.main": "main column of a member's home page",
    "home.aside": "side column of a member's home page",
    "course.below": "below a course page; the subject is the course",
    "lesson.below": "below a lesson; the subject is the lesson",
    "profile.head": "links in the head of a profile; the subject is the person as the reader sees them (Seen)",
    "profile.main": "main column of a profile that is not private to the reader; the subject as for profile.head",
    "profile.aside": "side column of a profile; the subject as for profile.head",
}

MARKS = {"author": "beside the name of who wrote a post or comment"}


@dataclass(frozen=True, slots=True)
class Panel:
    template: str
    context: PanelContext
    order: int


_panels: dict[str, list[Panel]] = defaultdict(list)
_marks: dict[str, list[tuple[str, MarkContexts]]] = defaultdict(list)


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


def register_mark(slot: str, template: str, contexts: MarkContexts) -> None:
    """Show `template` beside each person for whom `contexts(request, keys)` has a context."""
    if slot not in MARKS:
        raise KeyError(f"unknown mark {slot!r}")
    _marks[slot].append((template, contexts))


def marks(slot: str, request: HttpRequest, people: Collection[int]) -> dict[int, SafeString]:
    """Render the marks of `people` (keys), each once; who has none is absent."""
    if slot not in MARKS:
        raise KeyError(f"unknown mark {slot!r}")
    pieces: dict[int, list[str]] = defaultdict(list)
    for template, contexts in _marks[slot]:
        for pk, context in contexts(request, people).items():
            pieces[pk].append(render_to_string(template, dict(context)))
    return {pk: mark_safe("".join(rendered)) for pk, rendered in pieces.items()}  # noqa: S308 - as above
