"""Account erasure and export: each app registers what it holds about a person; nobody keeps a list of apps."""

from collections.abc import Callable, Iterable
from typing import Any

Exporter = Callable[[Any], Iterable[tuple[str, Any]]]
Eraser = Callable[[Any], None]

_exporters: dict[str, Exporter] = {}
_erasers: dict[str, Eraser] = {}


def register(app: str, *, export: Exporter, erase: Eraser) -> None:
    """Register `app`: `export(user)` yields (file name, JSON-able data); `erase(user)` removes personal data.

    `erase` runs inside the eraser's transaction and must be repeatable.
    """
    _exporters[app] = export
    _erasers[app] = erase


def export(user: Any) -> dict[str, Any]:
    """Return everything the site holds about `user`, as file name → data."""
    return {f"{app}/{name}": data for app, exporter in _exporters.items() for name, data in exporter(user)}


def erase(user: Any) -> None:
    """Remove the personal data of `user` in every app."""
    for eraser in _erasers.values():
        eraser(user)
