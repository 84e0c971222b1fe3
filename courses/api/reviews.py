"""Reviews of courses: /api/courses/{id}/reviews and /api/reviews/{id} (CONTRACT §6)."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.etag import expected_revision, stamp
from community_platform.core.api.fields import SourceField
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, ReadsArePublic, get_or_404
from courses import limits
from courses.api.views import COURSE, visible_course
from courses.models import Review
from courses.selectors import reviews as selectors
from courses.services import reviews as services
from profiles.api.moderation import FlagInput, FlagView, OwnFlagSerializer
from profiles.api.serializers import PersonSerializer


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """A review with the instructor's reply. `is_hidden`: by moderators; only its author and they see it then."""

    course: Any = serializers.PrimaryKeyRelatedField(read_only=True)
    author = PersonSerializer(source="user", read_only=True)
    replied_by = PersonSerializer(read_only=True, allow_null=True)
    is_edited = serializers.BooleanField(read_only=True)
    is_hidden = serializers.BooleanField(read_only=True)
    updated_at = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Review
        fields = (
            "id", "course", "author", "rating", "content", "content_html", "reply", "reply_html", "replied_by",
            "replied_at", "is_edited", "is_hidden", "created_at", "updated_at", "url",
        )  # fmt: skip
        read_only_fields = fields

    def get_updated_at(self, review: Review) -> str:
        moment = review.edited_at or review.created_at
        return str(serializers.DateTimeField().to_representation(moment))


class BarSerializer(serializers.Serializer[Any]):
    stars = serializers.IntegerField()
    count = serializers.IntegerField()
    percent = serializers.IntegerField()


class ReviewPageSerializer(serializers.Serializer[Any]):
    """The usual list, with the mean of all reviews that count and how many gave how many stars."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ReviewSerializer(many=True)
    rating = serializers.FloatField(allow_null=True)
    ratings_count = serializers.IntegerField()
    histogram = BarSerializer(many=True)


class ReviewInput(serializers.Serializer[Any]):
    rating = serializers.IntegerField(min_value=1, max_value=5)
    content = SourceField(required=False, default="", help_text="Markdown.")


class ReviewReplyInput(serializers.Serializer[Any]):
    content = SourceField(help_text="Markdown.")


class ReviewQuery(serializers.Serializer[Any]):
    rating = serializers.IntegerField(required=False, min_value=1, max_value=5, help_text="Only these stars.")


class ReviewPages(PageNumberPagination):
    page_size = limits.REVIEWS_PAGE


class CourseReviewsView(ApiView):
    """The reviews of a course, newest first; 10 a page."""

    permission_classes = (ReadsArePublic,)

    @extend_schema(
        operation_id="courses_reviews_list",
        parameters=[COURSE, ReviewQuery, OpenApiParameter("page", int)],
        responses={200: ReviewPageSerializer},
    )
    def get(self, request: Request, course: str) -> Response:
        row = visible_course(request.user, course)
        query = ReviewQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = selectors.reviews_of(row, stars=query.validated_data.get("rating"))
        answer = self.paginate(rows, ReviewSerializer, pagination=ReviewPages)
        bars = BarSerializer(selectors.histogram(row), many=True).data
        answer.data |= {"rating": row.rating, "ratings_count": row.ratings_count, "histogram": bars}
        return answer

    @extend_schema(
        operation_id="courses_reviews_create",
        parameters=[COURSE],
        request=ReviewInput,
        responses={201: ReviewSerializer},
    )
    @idempotent
    def post(self, request: Request, course: str) -> HttpResponse:
        """Review a course that you have done at least 20 % of: once; a second review is 409."""
        body = _read(ReviewInput, request)
        row = services.post_review(actor=request.user, course=visible_course(request.user, course), **body)
        return _answer(row, 201)


class ReviewView(ApiView):
    """One review: read, change, delete."""

    permission_classes = (ReadsArePublic,)

    @extend_schema(operation_id="reviews_retrieve", responses={200: ReviewSerializer})
    def get(self, request: Request, review: int) -> HttpResponse:
        return _answer(_review(request, review))

    @extend_schema(operation_id="reviews_update", request=ReviewInput, responses={200: ReviewSerializer})
    def put(self, request: Request, review: int) -> HttpResponse:
        row = _review(request, review)
        revision = expected_revision(request, "review", row.pk)
        body = _read(ReviewInput, request)
        return _answer(
            services.edit_review(actor=request.user, review=row, expected_revision=revision, **body)
        )

    @extend_schema(operation_id="reviews_destroy", responses={204: None})
    def delete(self, request: Request, review: int) -> Response:
        services.delete_review(actor=request.user, review=_review(request, review))
        return Response(status=204)


class ReviewReplyView(ApiView):
    """The course's answer to a review; for its instructors."""

    @extend_schema(operation_id="reviews_reply", request=ReviewReplyInput, responses={200: ReviewSerializer})
    def put(self, request: Request, review: int) -> HttpResponse:
        row = _review(request, review)
        body = _read(ReviewReplyInput, request)
        return _answer(services.reply_to_review(actor=request.user, review=row, **body))

    @extend_schema(operation_id="reviews_reply_destroy", responses={204: None})
    def delete(self, request: Request, review: int) -> Response:
        services.delete_reply(actor=request.user, review=_review(request, review))
        return Response(status=204)


class ReviewFlagView(FlagView):
    kind = "review"

    @extend_schema(operation_id="reviews_flag", request=FlagInput, responses={201: OwnFlagSerializer})
    @idempotent
    def post(self, request: Request, review: int) -> Response:
        """Report a review to moderators; 409 while one's earlier report is open."""
        return self.report(request, review)


def _read(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _review(request: Request, pk: int) -> Review:
    return get_or_404(Review.objects.visible_to(request.user).with_people(), pk=pk)


def _answer(row: Review, status: int = 200) -> HttpResponse:
    return stamp(Response(ReviewSerializer(row).data, status=status), "review", row.pk, row.revision)
