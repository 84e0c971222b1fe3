"""The two kinds of list: numbered pages, and cursor lists newest first."""

from typing import Any

from rest_framework import exceptions, pagination
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.errors import Invalid

MAX_ID_DIGITS = 19


class PageNumberPagination(pagination.PageNumberPagination):
    """`{"count", "next", "previous", "results"}` with `?page=`; a page that does not exist is 404."""

    page_size = 20


class OnePage(PageNumberPagination):
    """The usual list object with everything on one page, for short lists."""

    page_size = 1000


class CursorPagination(pagination.CursorPagination):
    """`{"next", "previous", "results"}` with `?cursor=`, by id; a cursor that we did not make is 400."""

    page_size = 20
    ordering = "-id"

    def decode_cursor(self, request: Request) -> Any:
        """Return the cursor of `request`, or None. The package itself would compare any text with the ids."""
        try:
            cursor = super().decode_cursor(request)
        except exceptions.NotFound:
            raise Invalid(str(self.invalid_cursor_message), field="cursor") from None
        position = getattr(cursor, "position", None)
        is_id = position is None or (position.isascii() and position.isdecimal() and len(position) <= MAX_ID_DIGITS)
        if not is_id:
            raise Invalid(str(self.invalid_cursor_message), field="cursor")
        return cursor


def whole_list(results: list[Any]) -> Response:
    """Answer a complete, short list in the usual list object."""
    return Response({"count": len(results), "next": None, "previous": None, "results": results})
