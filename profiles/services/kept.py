"""The lower part of a profile, kept for a few minutes per reader: what apps put there costs many small queries.

Whose page it is and which facets the reader sees is asked each time (`profiles.privacy`) and is part of the key, so a
switch or a block holds at once. What else changes the page calls `forget`: both the person's and the reader's own deeds
count, so that nobody is shown an old answer to what they did. One's own page is never kept, nor anything with a form.
"""

import uuid
from collections.abc import Callable

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import get_language

from profiles.selectors.people import Seen

SECONDS = 300  # at most: what no event tells of is seen by then
Pieces = dict[str, str]


def kept(seen: Seen, make: Callable[[], Pieces]) -> Pieces:
    """Return what `make` renders for this reader, from the cache where nothing changed since."""
    if seen.is_self:
        return make()
    viewer = seen.viewer.pk or 0
    names = [_version(pk) for pk in (0, seen.person.pk, viewer)]
    found = cache.get_many(names)
    for name in names:
        if name not in found:
            cache.add(name, uuid.uuid4().hex, 2 * SECONDS)
            found[name] = cache.get(name)
    facets = "".join(sorted(facet.name for facet in seen.facets))
    key = f"profile:{seen.person.pk}:{viewer}:{get_language()}:{facets}:{':'.join(str(found[name]) for name in names)}"
    pieces: Pieces | None = cache.get(key)
    if pieces is None:
        pieces = make()
        if not any("csrfmiddlewaretoken" in piece for piece in pieces.values()):
            cache.set(key, pieces, SECONDS)
    return pieces


def forget(*user_ids: int) -> None:
    """Let what these people show, and what is shown to them, be made anew once the current transaction commits."""
    _forget([_version(pk) for pk in user_ids if pk])


def forget_all() -> None:
    """Let every profile be made anew once the current transaction commits: a category or course went out of sight."""
    _forget([_version(0)])


def _forget(names: list[str]) -> None:
    transaction.on_commit(lambda: cache.delete_many(names), robust=True)


def _version(pk: int) -> str:
    """Return the key of the mark that all pages of a person carry; of everybody for 0. Without it none is found."""
    return f"profile-mark:{pk}"
