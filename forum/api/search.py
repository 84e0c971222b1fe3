"""/api/forum/search: everything that can be found, suggestions, similar questions."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.pagination import OnePage, PageNumberPagination
from community_platform.core.api.views import ApiView, ReadsArePublic
from community_platform.core.errors import Invalid
from community_platform.core.network import client_ip
from forum.models import SearchKind
from forum.selectors import search_titles
from forum.selectors.search import TABS, search
from forum.selectors.search_hits import Hit
from forum.selectors.search_language import QUERY_MAX
from forum.services.finding import count_search
from profiles.api.serializers import PersonSerializer


class HitSerializer(serializers.Serializer[Any]):
    """Something found. `snippet_html` is escaped, what matched stands in <mark>. `id` is that of the thing itself."""

    type = serializers.ChoiceField(choices=SearchKind.choices)
    id = serializers.IntegerField()
    title = serializers.CharField()
    snippet_html = serializers.SerializerMethodField()
    url = serializers.CharField()
    author = PersonSerializer(allow_null=True)
    created_at = serializers.DateTimeField()

    def get_snippet_html(self, hit: Hit) -> str:
        """Show the title where nothing else matched: here is no other place that says why it was found."""
        return (
            hit.title_html
            if "<mark>" in hit.title_html and "<mark>" not in hit.snippet_html
            else hit.snippet_html
        )


class SearchView(ApiView):
    permission_classes = (ReadsArePublic,)
    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="forum_search",
        parameters=[
            OpenApiParameter(
                "q", str,
                description=(
                    'Words, all of which must be there, in any form; "a phrase"; -without; in:title author: tag: '
                    "category: course: is:solved is:unanswered is:unread is:mine has:code before: after: order:latest. "
                    "What is not understood is left out or read as words."
                ),
            ),
            OpenApiParameter("tab", str, enum=list(TABS), description="Which kinds of things; all by default."),
            OpenApiParameter("page", int),
        ],
        responses=HitSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Find topics, replies, comments, courses, lessons and people; at most 400 hits, none without words."""
        q, tab = request.query_params.get("q", "")[:QUERY_MAX], request.query_params.get("tab", "all")
        if tab not in TABS:
            message = _("Choose one of: %(names)s.") % {"names": ", ".join(TABS)}
            raise Invalid(message, code="invalid_choice", field="tab")
        if q.strip():
            count_search(user=request.user, address=client_ip(request))
        return self.paginate(search(request.user, q, tab=tab), HitSerializer)  # type: ignore[arg-type]  # a sequence


class SuggestView(ApiView):
    permission_classes = (ReadsArePublic,)
    pagination_class = OnePage

    @extend_schema(
        operation_id="forum_suggest",
        parameters=[OpenApiParameter("q", str)],
        responses=HitSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Suggest people, courses and topics whose names hold words that begin so; at most eleven."""
        q = request.query_params.get("q", "")[:QUERY_MAX]
        if q.strip():
            count_search(user=request.user, address=client_ip(request), action="complete")
        return self.paginate(search_titles.suggest(request.user, q), HitSerializer, pagination=OnePage)


class SimilarView(ApiView):
    permission_classes = (ReadsArePublic,)
    pagination_class = OnePage

    @extend_schema(
        operation_id="forum_similar",
        parameters=[OpenApiParameter("title", str)],
        responses=HitSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Find topics that seem to ask what `title` asks, solved ones first; at most five."""
        title = request.query_params.get("title", "")[:QUERY_MAX]
        if title.strip():
            count_search(user=request.user, address=client_ip(request), action="complete")
        return self.paginate(search_titles.similar(request.user, title), HitSerializer, pagination=OnePage)
