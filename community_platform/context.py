"""What every template knows: the site's name, the theme, where the menu leads. Works before sign-in is known."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community_platform.core.static import stylesheets

THEMES = ("light", "dark", "auto")


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the header and of the bar at the bottom of a phone."""

    path: str
    label: str | Promise
    icon: str
    in_header: bool = True

    def is_current(self, path: str) -> bool:
        return path == self.path if self.path == "/" else path.startswith(self.path)


NAVIGATION = (
    NavItem("/", _("Home"), "house", in_header=False),
    NavItem("/courses/", _("Courses"), "graduation-cap"),
    NavItem("/forum/", _("Forum"), "messages-square"),
)


def site(request: HttpRequest) -> dict[str, Any]:
    """Return site name and address, theme, navigation and the style sheets to link."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "theme": chosen_theme(request),
        "navigation": [(item, item.is_current(request.path)) for item in NAVIGATION],
        "bundled": not (settings.DEBUG or settings.TESTING),
        "stylesheets": stylesheets() if settings.DEBUG or settings.TESTING else ["css/site.css"],
    }


def chosen_theme(request: HttpRequest) -> str:
    """Return light, dark or auto, from the cookie; anything else a cookie holds is auto."""
    theme = request.COOKIES.get("theme", "auto")
    return theme if theme in THEMES else "auto"
