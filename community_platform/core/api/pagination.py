"""The two kinds of list: numbered pages, and cursor lists newest first."""

from typing import Any

from django.utils.dateparse import parse_datetime
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
        if position is not None and not self.is_position(position):
            raise Invalid(str(self.invalid_cursor_message), field="cursor")
        return cursor

    def is_position(self, position: str) -> bool:
        """Tell whether `position` can be compared with the first column of the ordering."""
        return position.isascii() and position.isdecimal() and len(position) <= MAX_ID_DIGITS


class TimeCursorPagination(CursorPagination):
    """A cursor list by time, for rows that may arrive late or out of the order of their ids."""

    ordering = ("-created_at", "-id")  # type: ignore[assignment]

    def is_position(self, position: str) -> bool:
        try:
            moment = parse_datetime(position)
        except ValueError:
            return False
        return moment is not None and moment.tzinfo is not None


def whole_list(results: list[Any]) -> Response:
    """Answer a complete, short list in the usual list object."""
    return Response({"count": len(results), "next": None, "previous": None, "results": results})
