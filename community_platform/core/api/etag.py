"""Strong ETags of editable things: `"<kind>-<id>-<revision>"`, where the revision moves with each edit only."""

import re

from django.http import HttpResponse
from rest_framework.request import Request

from community_platform.core.errors import Stale


def tag(kind: str, pk: object, revision: int) -> str:
    return f'"{kind}-{pk}-{revision}"'


def stamp(response: HttpResponse, kind: str, pk: object, revision: int) -> HttpResponse:
    """Set the ETag of `response`."""
    response["ETag"] = tag(kind, pk, revision)
    return response


def expected_revision(request: Request, kind: str, pk: object) -> int | None:
    """Return the revision that `If-Match` names, None without one (or `*`); raise Stale on any other tag.

    The service compares it on the locked row, so two writers with the same tag cannot both win.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    for candidate in header.split(","):
        found = re.fullmatch(rf'"{re.escape(kind)}-{re.escape(str(pk))}-(\d{{1,18}})"', candidate.strip())
        if found:
            return int(found[1])
    raise Stale
