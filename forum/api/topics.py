"""/api/forum: categories, topics, likes of topics."""

from functools import partial

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.etag import expected_revision
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import OnePage, PageNumberPagination
from community_platform.core.api.views import ApiView, ReadsArePublic, get_or_404
from forum import services
from forum.api.reading import detail_answer, topic_answer, topic_for, validated
from forum.api.reading_state import FILTER, ListedTopicSerializer, asked_topics
from forum.api.serializers import (
    BestAnswerInput,
    CategorySerializer,
    LikedSerializer,
    TopicDetailSerializer,
    TopicEditInput,
    TopicInput,
    TopicLockInput,
    TopicPinInput,
    TopicSerializer,
)
from forum.models import Category
from forum.selectors import topics as selectors

LIST_PARAMETERS = [
    OpenApiParameter("page", int),
    OpenApiParameter("ordering", str, enum=[sign + name for name in selectors.ORDERINGS for sign in ("", "-")]),
    OpenApiParameter("tag", str, description="Slug."),
    OpenApiParameter("author", str, description="User name."),
    OpenApiParameter("is_solved", bool),
    OpenApiParameter("q", str, description="Words of the title."),
]


class CategoriesView(ApiView):
    permission_classes = (ReadsArePublic,)
    pagination_class = OnePage

    @extend_schema(operation_id="forum_categories", responses=CategorySerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the categories, all on one page."""
        return self.paginate(Category.objects.visible_to(request.user), CategorySerializer, pagination=OnePage)


class CategoryTopicsView(ApiView):
    permission_classes = (ReadsArePublic,)
    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="forum_category_topics", parameters=LIST_PARAMETERS, responses=ListedTopicSerializer(many=True)
    )
    def get(self, request: Request, category: int) -> Response:
        """List the topics of a category, pinned ones first, then by last activity."""
        shelf = get_or_404(Category.objects.visible_to(request.user), pk=category)
        asked = {name: request.query_params.get(name, "") for name in selectors.Filters.__slots__}
        rows = selectors.tab(request.user, "latest", None, selectors.Filters(**asked), category=shelf)
        rows.dress = partial(selectors.with_body, user=request.user)
        return self.paginate(rows, ListedTopicSerializer)


class TopicsView(ApiView):
    permission_classes = (ReadsArePublic,)
    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="forum_topics",
        parameters=[FILTER, OpenApiParameter("category", str, description="Id or slug."), *LIST_PARAMETERS],
        responses=ListedTopicSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List topics: the latest, or what `filter` names."""
        rows = asked_topics(request)
        rows.dress = partial(selectors.with_body, user=request.user)
        return self.paginate(rows, ListedTopicSerializer)

    @extend_schema(operation_id="forum_topic_create", request=TopicInput, responses={201: TopicSerializer})
    @idempotent
    def post(self, request: Request) -> HttpResponse:
        """Start a topic."""
        topic = services.create_topic(actor=request.user, **validated(request, TopicInput))
        return topic_answer(request, topic.pk, status=201)


class TopicView(ApiView):
    permission_classes = (ReadsArePublic,)

    @extend_schema(
        operation_id="forum_topic", parameters=[OpenApiParameter("page", int)], responses=TopicDetailSerializer
    )
    def get(self, request: Request, topic: int) -> HttpResponse:
        """Read a topic with one page of its posts."""
        return detail_answer(request, topic)

    @extend_schema(operation_id="forum_topic_edit", request=TopicEditInput, responses=TopicSerializer)
    def put(self, request: Request, topic: int) -> HttpResponse:
        """Change title, text, category and tags."""
        row = topic_for(request, topic)
        revision = expected_revision(request, "topic", row.pk)
        body = validated(request, TopicEditInput)
        services.edit_topic(actor=request.user, topic=row, expected_revision=revision, **body)
        return topic_answer(request, row.pk)

    @extend_schema(operation_id="forum_topic_delete", responses={204: None})
    def delete(self, request: Request, topic: int) -> HttpResponse:
        """Delete a topic; moderators may restore it."""
        services.delete_topic(actor=request.user, topic=topic_for(request, topic))
        return Response(status=204)


class TopicRestoreView(ApiView):
    @extend_schema(operation_id="forum_topic_restore", request=None, responses={200: TopicSerializer})
    def post(self, request: Request, topic: int) -> HttpResponse:
        """Bring a deleted topic back."""
        services.restore_topic(actor=request.user, topic=topic_for(request, topic))
        return topic_answer(request, topic)


class TopicLikeView(ApiView):
    @extend_schema(operation_id="forum_topic_like", request=None, responses={200: LikedSerializer})
    def post(self, request: Request, topic: int) -> Response:
        """Like a topic; again changes nothing."""
        body = topic_for(request, topic).posts.get(number=1)
        return Response({"liked": True, "likes_count": services.like_post(actor=request.user, post=body)})

    @extend_schema(operation_id="forum_topic_unlike", responses={200: LikedSerializer})
    def delete(self, request: Request, topic: int) -> Response:
        """Take the like back; again changes nothing."""
        body = topic_for(request, topic).posts.get(number=1)
        return Response({"liked": False, "likes_count": services.unlike_post(actor=request.user, post=body)})


class TopicPinView(ApiView):
    @extend_schema(operation_id="forum_topic_pin", request=TopicPinInput, responses=TopicSerializer)
    def put(self, request: Request, topic: int) -> HttpResponse:
        """Keep a topic at the top of its lists, or no longer."""
        row = topic_for(request, topic)
        services.pin_topic(actor=request.user, topic=row, **validated(request, TopicPinInput))
        return topic_answer(request, row.pk)


class TopicLockView(ApiView):
    @extend_schema(operation_id="forum_topic_lock", request=TopicLockInput, responses=TopicSerializer)
    def put(self, request: Request, topic: int) -> HttpResponse:
        """Close a topic for replies, or open it."""
        row = topic_for(request, topic)
        services.lock_topic(actor=request.user, topic=row, **validated(request, TopicLockInput))
        return topic_answer(request, row.pk)


class BestAnswerView(ApiView):
    @extend_schema(operation_id="forum_topic_accept", request=BestAnswerInput, responses=TopicSerializer)
    def put(self, request: Request, topic: int) -> HttpResponse:
        """Mark a reply as the best answer, in place of a former one."""
        row = topic_for(request, topic)
        services.accept_answer(actor=request.user, topic=row, **validated(request, BestAnswerInput))
        return topic_answer(request, row.pk)

    @extend_schema(operation_id="forum_topic_unaccept", responses={200: TopicSerializer})
    def delete(self, request: Request, topic: int) -> HttpResponse:
        """Leave the topic without a best answer."""
        services.unaccept_answer(actor=request.user, topic=topic_for(request, topic))
        return topic_answer(request, topic)
