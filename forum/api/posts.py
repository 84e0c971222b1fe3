"""/api/forum: posts and their likes."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.etag import expected_revision
from community_platform.core.api.idempotency import idempotent
from community_platform.core.api.views import ApiView, ReadsArePublic
from forum import services
from forum.api.reading import post_answer, post_for, topic_for, validated
from forum.api.serializers import LikedSerializer, PostEditInput, PostInput, PostSerializer


class TopicPostsView(ApiView):
    @extend_schema(operation_id="forum_post_create", request=PostInput, responses={201: PostSerializer})
    @idempotent
    def post(self, request: Request, topic: int) -> HttpResponse:
        """Reply in a topic; 409 when it is locked."""
        row = topic_for(request, topic)
        post = services.reply(actor=request.user, topic=row, **validated(request, PostInput))
        return post_answer(request, post.pk, status=201)


class PostView(ApiView):
    permission_classes = (ReadsArePublic,)

    @extend_schema(operation_id="forum_post", responses=PostSerializer)
    def get(self, request: Request, post: int) -> HttpResponse:
        """Read a post."""
        return post_answer(request, post)

    @extend_schema(operation_id="forum_post_edit", request=PostEditInput, responses=PostSerializer)
    def put(self, request: Request, post: int) -> HttpResponse:
        """Change the text of a post."""
        row = post_for(request, post)
        revision = expected_revision(request, "post", row.pk)
        body = validated(request, PostEditInput)
        services.edit_post(actor=request.user, post=row, expected_revision=revision, **body)
        return post_answer(request, row.pk)

    @extend_schema(operation_id="forum_post_delete", responses={204: None})
    def delete(self, request: Request, post: int) -> HttpResponse:
        """Delete a reply; 409 for the body of a topic."""
        services.delete_post(actor=request.user, post=post_for(request, post))
        return Response(status=204)


class PostRestoreView(ApiView):
    @extend_schema(operation_id="forum_post_restore", request=None, responses={200: PostSerializer})
    def post(self, request: Request, post: int) -> HttpResponse:
        """Bring a deleted post back."""
        services.restore_post(actor=request.user, post=post_for(request, post))
        return post_answer(request, post)


class PostLikeView(ApiView):
    @extend_schema(operation_id="forum_post_like", request=None, responses={200: LikedSerializer})
    def post(self, request: Request, post: int) -> Response:
        """Like a post; again changes nothing."""
        likes = services.like_post(actor=request.user, post=post_for(request, post))
        return Response({"liked": True, "likes_count": likes})

    @extend_schema(operation_id="forum_post_unlike", responses={200: LikedSerializer})
    def delete(self, request: Request, post: int) -> Response:
        """Take the like back; again changes nothing."""
        likes = services.unlike_post(actor=request.user, post=post_for(request, post))
        return Response({"liked": False, "likes_count": likes})
