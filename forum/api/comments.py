"""/api/comments and the comments of courses and lessons."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.etag import expected_revision, stamp
from community_platform.core.api.fields import IdOrSlugField, SourceField
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, ReadsArePublic, by_key, get_or_404
from community_platform.core.errors import Invalid, NotFound
from courses.models import Course, Lesson
from forum.models import Comment
from forum.selectors import comments as selectors
from forum.services import comments as services
from forum.services import likes
from profiles.api.serializers import PersonSerializer


class ReplySerializer(serializers.ModelSerializer[Comment]):
    """A comment without what stands under it. A deleted one has no text; moderators read it on its own page."""

    course: Any = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)
    lesson: Any = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)
    parent: Any = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)
    content = serializers.SerializerMethodField()
    content_html = serializers.SerializerMethodField()
    author = PersonSerializer(read_only=True)
    replies = serializers.SerializerMethodField()
    is_liked = serializers.SerializerMethodField()
    is_edited = serializers.BooleanField(read_only=True)
    is_deleted = serializers.BooleanField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = Comment
        fields = (
            "id", "course", "lesson", "parent", "content", "content_html", "author", "replies_count", "replies",
            "likes_count", "is_liked", "is_edited", "is_deleted", "is_pinned", "is_locked", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_content(self, comment: Comment) -> str:
        return comment.content if self._shows_text(comment) else ""

    def get_content_html(self, comment: Comment) -> str:
        return comment.content_html if self._shows_text(comment) else ""

    def get_is_liked(self, comment: Comment) -> bool:
        return bool(getattr(comment, "is_liked", False))

    @extend_schema_field({"type": "array", "items": {}, "maxItems": 0})
    def get_replies(self, comment: Comment) -> list[Any]:
        return []

    def _shows_text(self, comment: Comment) -> bool:
        return not comment.is_deleted or bool(self.context.get("reveal"))


class CommentSerializer(ReplySerializer):
    """A comment with its replies, oldest first."""

    @extend_schema_field(ReplySerializer(many=True))
    def get_replies(self, comment: Comment) -> list[Any]:
        return list(
            ReplySerializer(getattr(comment, "shown_replies", []), many=True, context=self.context).data
        )


class NewCommentInput(serializers.Serializer[Any]):
    """Exactly one of `course` (id or slug) and `lesson` (id)."""

    content = SourceField()
    course = IdOrSlugField(required=False, allow_null=True)
    lesson = serializers.IntegerField(required=False, allow_null=True)


class CommentInput(serializers.Serializer[Any]):
    content = SourceField()


class CommentEditInput(serializers.Serializer[Any]):
    """`reason` stands in the history of the text."""

    content = SourceField()
    reason = SourceField(required=False)


class PinInput(serializers.Serializer[Any]):
    is_pinned = serializers.BooleanField()


class LockInput(serializers.Serializer[Any]):
    is_locked = serializers.BooleanField()


class LikeAnswer(serializers.Serializer[Any]):
    liked = serializers.BooleanField()
    likes_count = serializers.IntegerField()


class CommentPages(PageNumberPagination):
    page_size = selectors.COMMENTS_PER_PAGE


class CommentPage(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = CommentSerializer(many=True)


class ThreadView(ApiView):
    """Base of the two lists."""

    permission_classes = (ReadsArePublic,)

    def answer(self, target: Course | Lesson) -> Response:
        paginator = CommentPages()
        page = paginator.paginate_queryset(selectors.roots(target, self.request.user), self.request, view=self)
        rows = selectors.with_replies(page or [], self.request.user)
        return paginator.get_paginated_response(
            CommentSerializer(rows, many=True, context={"request": self.request}).data
        )


class CourseCommentsView(ThreadView):
    """The comments on a course, by its id or slug."""

    @extend_schema(operation_id="courses_comments_list", responses={200: CommentPage})
    def get(self, request: Request, course: str) -> Response:
        rows = Course.objects.visible_to(request.user)
        return self.answer(get_or_404(rows, **by_key(course)))


class LessonCommentsView(ThreadView):
    """The comments on a lesson."""

    @extend_schema(operation_id="lessons_comments_list", responses={200: CommentPage})
    def get(self, request: Request, lesson: int) -> Response:
        return self.answer(get_or_404(Lesson.objects.visible_to(request.user), pk=lesson))


class CommentsView(ApiView):
    """Write a comment on a course or lesson."""

    @extend_schema(
        operation_id="comments_create", request=NewCommentInput, responses={201: CommentSerializer}
    )
    @idempotent
    def post(self, request: Request) -> HttpResponse:
        body = _read(NewCommentInput, request)
        target = _target(request.user, body.get("course"), body.get("lesson"))
        comment = services.post_comment(actor=request.user, target=target, content=body["content"])
        return _answer(request, comment, 201)


class CommentView(ApiView):
    """One comment: read, edit, delete."""

    permission_classes = (ReadsArePublic,)

    @extend_schema(operation_id="comments_retrieve", responses={200: CommentSerializer})
    def get(self, request: Request, comment: int) -> HttpResponse:
        return _answer(request, _comment(request, comment))

    @extend_schema(operation_id="comments_update", request=CommentEditInput, responses={200: CommentSerializer})
    def put(self, request: Request, comment: int) -> HttpResponse:
        row = _comment(request, comment)
        edited = services.edit_comment(
            actor=request.user,
            comment=row,
            expected_revision=expected_revision(request, "comment", row.pk),
            **_read(CommentEditInput, request),
        )
        return _answer(request, edited)

    @extend_schema(operation_id="comments_destroy", responses={204: None})
    def delete(self, request: Request, comment: int) -> Response:
        services.delete_comment(actor=request.user, comment=_comment(request, comment))
        return Response(status=204)


class CommentReplyView(ApiView):
    """Answer a comment; an answer to an answer stands under the same root."""

    @extend_schema(operation_id="comments_reply", request=CommentInput, responses={201: ReplySerializer})
    @idempotent
    def post(self, request: Request, comment: int) -> HttpResponse:
        row = _comment(request, comment)
        content = _read(CommentInput, request)["content"]
        return _answer(request, services.reply(actor=request.user, comment=row, content=content), 201)


class CommentLikeView(ApiView):
    """Like a comment, or take the like back; both may be repeated."""

    @extend_schema(operation_id="comments_like", request=None, responses={200: LikeAnswer})
    def post(self, request: Request, comment: int) -> Response:
        count = likes.like_comment(actor=request.user, comment=_comment(request, comment))
        return Response({"liked": True, "likes_count": count})

    @extend_schema(operation_id="comments_unlike", responses={200: LikeAnswer})
    def delete(self, request: Request, comment: int) -> Response:
        count = likes.unlike_comment(actor=request.user, comment=_comment(request, comment))
        return Response({"liked": False, "likes_count": count})


class CommentPinView(ApiView):
    """Pin a root at the top of its thread. Moderators, and instructors in their own courses."""

    @extend_schema(operation_id="comments_pin", request=PinInput, responses={200: CommentSerializer})
    def put(self, request: Request, comment: int) -> HttpResponse:
        row, body = _comment(request, comment), _read(PinInput, request)
        return _answer(request, services.pin_comment(actor=request.user, comment=row, **body))


class CommentLockView(ApiView):
    """Close a root for replies. Moderators, and instructors in their own courses."""

    @extend_schema(operation_id="comments_lock", request=LockInput, responses={200: CommentSerializer})
    def put(self, request: Request, comment: int) -> HttpResponse:
        row, body = _comment(request, comment), _read(LockInput, request)
        return _answer(request, services.lock_comment(actor=request.user, comment=row, **body))


class CommentRestoreView(ApiView):
    """Bring a deleted comment back; moderators."""

    @extend_schema(operation_id="comments_restore", request=None, responses={200: CommentSerializer})
    def post(self, request: Request, comment: int) -> HttpResponse:
        row = _comment(request, comment)
        return _answer(request, services.restore_comment(actor=request.user, comment=row))


def _read(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _comment(request: Request, pk: int) -> Comment:
    return get_or_404(selectors.visible_comments(request.user), pk=pk)


def _target(user: Any, course: int | str | None, lesson: int | None) -> Course | Lesson:
    """Return what a body points at; anything unknown or invisible is an error of its field."""
    if (course is None) == (lesson is None):
        raise Invalid(_("Give either a course or a lesson."), field="course" if lesson is None else "lesson")
    rows = selectors.visible_targets(user)
    try:
        if course is not None:
            return get_or_404(rows["course"], **by_key(course))
        return get_or_404(rows["lesson"], pk=lesson)
    except NotFound:
        raise Invalid(
            _("This does not exist."), code="does_not_exist", field="course" if lesson is None else "lesson"
        )


def _answer(request: Request, comment: Comment, status: int = 200) -> HttpResponse:
    selectors.one(comment, request.user)
    # Whoever reaches a deleted comment by its own address is a moderator.
    context = {"request": request, "reveal": True}
    response = Response(CommentSerializer(comment, context=context).data, status=status)
    return stamp(response, "comment", comment.pk, comment.revision)
