"""/api/forum: lists of topics by what one has read; marking as read; how closely one watches things."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.etag import expected_revision, stamp
from community_platform.core.api.fields import IdOrSlugField, SourceField
from community_platform.core.api.pagination import OnePage, whole_list
from community_platform.core.api.views import ApiView, by_key, get_or_404
from community_platform.core.errors import Invalid, NotSignedIn, Stale
from courses.models import Course
from forum import services
from forum.api.reading import validated
from forum.api.serializers import TopicSerializer
from forum.limits import READ_AT_ONCE, WATCH_LEVELS
from forum.models import Category, Tag, WatchLevel
from forum.selectors import posts as post_selectors
from forum.selectors import topics as selectors
from forum.selectors import watching
from forum.selectors.reading import reader

FILTER = OpenApiParameter(
    "filter", str, enum=list(selectors.TABS),
    description="new: never opened. unread: others wrote since. participating: one wrote there. These need a sign-in.",
)  # fmt: skip


def asked_topics(request: Request) -> selectors.TopicList:
    """Return the list that `filter`, `category` and the other parameters ask for. Raises Invalid, NotSignedIn."""
    tab = request.query_params.get("filter") or "latest"
    if tab not in selectors.TABS:
        message = _("Filter by one of: %(names)s.") % {"names": ", ".join(selectors.TABS)}
        raise Invalid(message, code="invalid_choice", field="filter")
    if tab in selectors.PERSONAL_TABS and not request.user.is_authenticated:
        raise NotSignedIn
    narrow: dict[str, Any] = {}
    if category := request.query_params.get("category"):
        narrow = {f"category__{field}": value for field, value in by_key(category).items()}
    asked = {name: request.query_params.get(name, "") for name in selectors.Filters.__slots__}
    return selectors.tab(request.user, tab, None, selectors.Filters(**asked), **narrow)


class ListedTopicSerializer(TopicSerializer):
    """A topic in a list, with what the reader has read of it; `new_posts_count` says 100 for 100 and more."""

    last_read_number = serializers.IntegerField(source="last_read", read_only=True)
    is_unread = serializers.BooleanField(source="unread", read_only=True)
    is_new = serializers.BooleanField(read_only=True)
    new_posts_count = serializers.IntegerField(source="new_posts", read_only=True)

    class Meta(TopicSerializer.Meta):
        fields = (*TopicSerializer.Meta.fields, "last_read_number", "is_unread", "is_new", "new_posts_count")
        read_only_fields = fields


class MarkReadInput(serializers.Serializer[Any]):
    """Nothing: all of the forum. `until`: what was written later stays unread."""

    category = IdOrSlugField(required=False, allow_null=True)
    topics = serializers.ListField(child=serializers.IntegerField(), required=False, max_length=READ_AT_ONCE)
    until = serializers.DateTimeField(required=False, allow_null=True)


class UnreadTopicsSerializer(serializers.Serializer[Any]):
    unread_count = serializers.IntegerField(help_text="As in /api/auth/me: at most 100, which means 99+.")


class WatchInput(serializers.Serializer[Any]):
    level = SourceField(help_text=f"One of: {', '.join(WATCH_LEVELS)}.")


class LevelSerializer(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=WATCH_LEVELS)


class WatchSerializer(serializers.Serializer[watching.Watched]):
    """Something that one watches, tracks or muted."""

    kind = serializers.ChoiceField(choices=["category", "tag", "course", "topic"])
    id = serializers.IntegerField(source="thing.pk")
    title = serializers.CharField(source="thing")
    url = serializers.CharField(source="thing.get_absolute_url")
    level = serializers.ChoiceField(choices=WATCH_LEVELS, source="name")


class ReadView(ApiView):
    @extend_schema(operation_id="forum_read", request=MarkReadInput, responses={200: UnreadTopicsSerializer})
    def post(self, request: Request) -> Response:
        """Mark topics, a category or the whole forum as read. Marking again changes nothing."""
        body = validated(request, MarkReadInput)
        if body.get("topics") is not None:
            services.mark_topics_read(actor=request.user, topics=body["topics"])
        else:
            services.mark_all_read(actor=request.user, category=body.get("category"), until=body.get("until"))
        return Response({"unread_count": selectors.unread_count(request.user)})


class WatchesView(ApiView):
    pagination_class = OnePage

    @extend_schema(operation_id="forum_watches", responses=WatchSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List all that one watches, tracks or muted, on one page."""
        return whole_list(WatchSerializer(watching.watches(request.user), many=True).data)


class TopicWatchView(ApiView):
    @extend_schema(operation_id="forum_topic_level", responses={200: LevelSerializer})
    def get(self, request: Request, topic: int) -> HttpResponse:
        """Tell how closely one watches the topic, by choice, by its shelves, or by having written there."""
        row = get_or_404(post_selectors.topic_rows(request.user), pk=topic)
        return _answer("topic", row.pk, watching.level_of(row))

    @extend_schema(operation_id="forum_topic_watch", request=WatchInput, responses={200: LevelSerializer})
    def put(self, request: Request, topic: int) -> HttpResponse:
        """Choose how closely to watch a topic."""
        row = get_or_404(post_selectors.topic_rows(request.user), pk=topic)
        _check_match(request, "topic", row.pk, watching.level_of(row))
        level = services.watch_topic(actor=request.user, topic=row, **validated(request, WatchInput))
        return _answer("topic", row.pk, level)


class CategoryWatchView(ApiView):
    @extend_schema(operation_id="forum_category_level", responses={200: LevelSerializer})
    def get(self, request: Request, category: int) -> HttpResponse:
        """Tell how closely one watches the category."""
        return _answer_of(request, "category", _category(request, category).pk)

    @extend_schema(operation_id="forum_category_watch", request=WatchInput, responses={200: LevelSerializer})
    def put(self, request: Request, category: int) -> HttpResponse:
        """Choose how closely to watch the topics of a category."""
        shelf = _category(request, category)
        _check_match(request, "category", shelf.pk)
        level = services.watch_category(actor=request.user, category=shelf, **validated(request, WatchInput))
        return _answer("category", shelf.pk, level)


class TagWatchView(ApiView):
    @extend_schema(operation_id="forum_tag_level", responses={200: LevelSerializer})
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Tell how closely one watches the tag."""
        return _answer_of(request, "tag", _tag(slug).pk)

    @extend_schema(operation_id="forum_tag_watch", request=WatchInput, responses={200: LevelSerializer})
    def put(self, request: Request, slug: str) -> HttpResponse:
        """Choose how closely to watch the topics with a tag."""
        word = _tag(slug)
        _check_match(request, "tag", word.pk)
        level = services.watch_tag(actor=request.user, tag=word, **validated(request, WatchInput))
        return _answer("tag", word.pk, level)


class CourseWatchView(ApiView):
    @extend_schema(operation_id="forum_course_level", responses={200: LevelSerializer})
    def get(self, request: Request, course: int) -> HttpResponse:
        """Tell how closely one watches the topics about the course."""
        return _answer_of(request, "course", _course(request, course).pk)

    @extend_schema(operation_id="forum_course_watch", request=WatchInput, responses={200: LevelSerializer})
    def put(self, request: Request, course: int) -> HttpResponse:
        """Choose how closely to watch the topics about a course."""
        row = _course(request, course)
        _check_match(request, "course", row.pk)
        level = services.watch_course(actor=request.user, course=row, **validated(request, WatchInput))
        return _answer("course", row.pk, level)


def _answer(kind: str, pk: int, level: WatchLevel) -> HttpResponse:
    """Answer the level; the ETag moves with it, for there is nothing else to edit."""
    return stamp(Response({"level": level.name.lower()}), f"{kind}-watch", pk, int(level))


def _answer_of(request: Request, shelf: str, pk: int) -> HttpResponse:
    return _answer(shelf, pk, reader(request.user).level(shelf, pk))


def _check_match(request: Request, kind: str, pk: int, level: WatchLevel | None = None) -> None:
    """Raise Stale where `If-Match` names another level than the one that holds (one query, unless it is given)."""
    expected = expected_revision(request, f"{kind}-watch", pk)
    if expected is None:
        return
    if expected != (reader(request.user).level(kind, pk) if level is None else level):
        raise Stale


def _category(request: Request, pk: int) -> Category:
    return get_or_404(Category.objects.visible_to(request.user), pk=pk)


def _course(request: Request, pk: int) -> Course:
    return get_or_404(Course.objects.visible_to(request.user), pk=pk)


def _tag(slug: str) -> Tag:
    """Return the tag, or the one that it is a synonym of."""
    word = get_or_404(Tag.objects.select_related("synonym_of"), slug=slug)
    return word.synonym_of or word
