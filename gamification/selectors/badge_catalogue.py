"""The check of the catalogue at start-up: a badge that nobody could earn must not go unnoticed."""

from typing import Any

from django.core.checks import CheckMessage, Error
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide

from gamification import catalogue
from gamification.selectors import metrics


def check_catalogue(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Say what in the catalogue has no function, icon or sense."""
    return [
        Error(f"Badge catalogue: {problem}.", hint="See gamification/catalogue/badges.yaml.", id="gamification.E001")
        for problem in catalogue.problems(metrics.names(), has_icon)
    ]


def has_icon(name: str) -> bool:
    """Tell whether this is the name of an icon that pages can draw."""
    try:
        lucide(name)
    except IconDoesNotExist:
        return False
    return True
