"""The people whom a request names by their keys."""

from collections.abc import Iterable

from profiles.models import User


def active(ids: Iterable[int]) -> dict[int, User]:
    """Return the active people with these keys, by key."""
    return User.objects.filter(is_active=True).in_bulk(set(ids))


def anybody(pk: int) -> User | None:
    """Return the person with this key, whoever they are by now."""
    return User.objects.filter(pk=pk).first() if 0 < pk < 2**63 else None
