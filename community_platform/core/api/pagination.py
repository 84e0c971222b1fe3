"""The two kinds of list: numbered pages, and cursor lists newest first."""

from typing import Any

from rest_framework import pagination
from rest_framework.response import Response


class PageNumberPagination(pagination.PageNumberPagination):
    """`{"count", "next", "previous", "results"}` with `?page=`; a page that does not exist is 404."""

    page_size = 20


class SmallPagination(PageNumberPagination):
    page_size = 10


class OnePage(PageNumberPagination):
    """The usual list object with everything on one page, for short lists."""

    page_size = 1000


class CursorPagination(pagination.CursorPagination):
    """`{"next", "previous", "results"}` with `?cursor=`."""

    page_size = 20
    ordering = "-id"


def whole_list(results: list[Any]) -> Response:
    """Answer a complete, short list in the usual list object."""
    return Response({"count": len(results), "next": None, "previous": None, "results": results})
