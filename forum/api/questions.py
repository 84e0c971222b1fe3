"""/api/forum: endorsed answers, and the queue of questions that wait for one."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.pagination import PageNumberPagination
from community_platform.core.api.views import ApiView, ReadsArePublic, by_key, get_or_404
from courses.models import Course
from forum import services
from forum.api.reading import post_answer, post_for
from forum.api.serializers import PostSerializer, TopicSerializer
from forum.selectors import questions, topics


class PostEndorseView(ApiView):
    @extend_schema(operation_id="forum_post_endorse", request=None, responses=PostSerializer)
    def put(self, request: Request, post: int) -> HttpResponse:
        """Endorse an answer, as instructor of the topic's course or as moderator; again changes nothing."""
        services.endorse(actor=request.user, post=post_for(request, post))
        return post_answer(request, post)

    @extend_schema(operation_id="forum_post_unendorse", responses={200: PostSerializer})
    def delete(self, request: Request, post: int) -> HttpResponse:
        """Take the endorsement back; again changes nothing."""
        services.unendorse(actor=request.user, post=post_for(request, post))
        return post_answer(request, post)


class UnansweredView(ApiView):
    permission_classes = (ReadsArePublic,)
    pagination_class = PageNumberPagination

    @extend_schema(
        operation_id="forum_unanswered",
        parameters=[
            OpenApiParameter("course", str, description="Id or slug."), OpenApiParameter("page", int),
        ],
        responses=TopicSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the questions without any reply, the longest waiting first."""
        key = request.query_params.get("course", "")
        course = get_or_404(Course.objects.visible_to(request.user), **by_key(key)) if key else None
        rows = topics.with_body(questions.unanswered(request.user, course), request.user)
        return self.paginate(rows, TopicSerializer)
