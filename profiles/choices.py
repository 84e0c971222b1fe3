"""Languages and time zones that an account may have."""

import zoneinfo
from functools import cache

from django.conf import settings

_NO_PLACES = {"Factory", "localtime"}


@cache
def timezone_names() -> frozenset[str]:
    """Return the IANA names. Read from disk once: the directory has hundreds of files."""
    return frozenset(zoneinfo.available_timezones() - _NO_PLACES)


@cache
def timezone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the zones for a <select>: UTC, then places grouped by continent; historic aliases are left out."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(timezone_names()):
        region, _, place = name.partition("/")
        if place and region not in {"Etc", "SystemV", "US", "Canada", "Brazil", "Chile", "Mexico"}:
            groups.setdefault(region, []).append((name, place.replace("_", " ")))
    return [("UTC", [("UTC", "UTC")]), *groups.items()]


def language_codes() -> frozenset[str]:
    return frozenset(code for code, _name in settings.LANGUAGES)
