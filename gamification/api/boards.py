"""/api/gamification/leaderboards: the boards."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, ReadsArePublic, by_key, get_or_404
from community_platform.core.errors import Invalid, NotFound
from courses.models import Course
from gamification.models import Period
from gamification.selectors import boards, ranking
from gamification.selectors.preferences import is_shown
from profiles.api.serializers import PersonSerializer

COURSE = "course"


class PlaceSerializer(serializers.Serializer[Any]):
    """A place; people with equal scores share a rank."""

    rank = serializers.IntegerField()
    score = serializers.IntegerField()
    user = PersonSerializer()


class BoardSerializer(serializers.Serializer[Any]):
    """A page of a board. `me` is one's own place, live; null for visitors, without a score, and for who stands out."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = PlaceSerializer(many=True)
    me = PlaceSerializer(allow_null=True)
    period = serializers.ChoiceField(choices=Period.choices)
    counted_at = serializers.DateTimeField(allow_null=True, help_text="Of the snapshot; null: counted just now.")
    resets_at = serializers.DateTimeField(allow_null=True, help_text="When the period ends; null: never.")


class LeaderboardView(ApiView):
    """A board: points (learning and community), all_points, streak, helpers, referrals, or course with `course`."""

    permission_classes = (ReadsArePublic,)
    pagination_class = PageNumberPagination
    default_period = Period.WEEK

    @extend_schema(
        operation_id="gamification_leaderboards_retrieve",
        parameters=[
            OpenApiParameter("board", str, "path"),
            OpenApiParameter("period", str, enum=Period.values, description="Default: week."),
            OpenApiParameter("scope", str, enum=ranking.SCOPES, description="Default: everyone."),
            OpenApiParameter("course", str, description="Id or slug, for the board of a course."),
            OpenApiParameter("page", int),
        ],
        responses={200: BoardSerializer},
    )
    def get(self, request: Request, board: str) -> Response:
        return self.answer(request, board)

    def answer(self, request: Request, board: str) -> Response:
        """Answer a page of the board of this name."""
        period = _one_of(request, "period", Period.values, self.default_period)
        scope = _one_of(request, "scope", ranking.SCOPES, "everyone")
        page = _page(request)
        if not is_shown(request.user):
            raise NotFound
        found = _standings(request, board, period, scope, page)
        pages = max(-(-found.count // ranking.PAGE), 1) if scope == "everyone" else 1
        if page > pages:
            raise NotFound
        data = {
            "count": found.count if scope == "everyone" else len(found.rows),
            "next": _link(request, page + 1) if page < pages else None,
            "previous": _link(request, page - 1) if page > 1 else None,
            "results": found.rows,
            "me": found.me,
            "period": period,
            "counted_at": found.made_at,
            "resets_at": boards.ends_at(period),
        }
        return Response(BoardSerializer(data).data)


def _standings(request: Request, board: str, period: str, scope: str, page: int) -> ranking.Standings:
    if board == COURSE:
        key = request.query_params.get("course", "")
        if not key:
            raise Invalid(_("Name the course."), code="required", field="course")
        course = get_or_404(Course.objects.visible_to(request.user), **by_key(key))
        return ranking.of_course(request.user, course.pk, period, scope=scope, page=page)
    source = boards.source(board)
    if source is None:
        raise NotFound
    return ranking.standings(request.user, source, period, scope=scope, page=page)


def _one_of(request: Request, name: str, allowed: Any, default: str) -> str:
    value = request.query_params.get(name) or default
    if value not in allowed:
        raise Invalid(
            _("Choose one of: %(names)s.") % {"names": ", ".join(allowed)}, code="invalid_choice", field=name
        )
    return str(value)


def _page(request: Request) -> int:
    asked = request.query_params.get("page") or "1"
    if not (asked.isascii() and asked.isdecimal() and 0 < len(asked) <= 6 and int(asked)):
        raise NotFound
    return int(asked)


def _link(request: Request, page: int) -> str:
    params = request.query_params.copy()
    params["page"] = str(page)
    return request.build_absolute_uri(f"{request.path}?{params.urlencode()}")
