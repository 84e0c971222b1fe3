"""Reporting topics, posts and comments."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.idempotency import idempotent
from profiles.api.moderation import FlagInput, FlagView, OwnFlagSerializer

ANSWERS = {201: OwnFlagSerializer}


class TopicFlagView(FlagView):
    kind = "topic"

    @extend_schema(operation_id="forum_topic_flag", request=FlagInput, responses=ANSWERS)
    @idempotent
    def post(self, request: Request, topic: int) -> Response:
        """Report a topic to moderators; 409 while one's earlier report is open."""
        return self.report(request, topic)


class PostFlagView(FlagView):
    kind = "post"

    @extend_schema(operation_id="forum_post_flag", request=FlagInput, responses=ANSWERS)
    @idempotent
    def post(self, request: Request, post: int) -> Response:
        """Report a post to moderators; 409 while one's earlier report is open."""
        return self.report(request, post)


class CommentFlagView(FlagView):
    kind = "comment"

    @extend_schema(operation_id="comments_flag", request=FlagInput, responses=ANSWERS)
    @idempotent
    def post(self, request: Request, comment: int) -> Response:
        """Report a comment to moderators; 409 while one's earlier report is open."""
        return self.report(request, comment)
