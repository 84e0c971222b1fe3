"""What API views of the forum load and answer; every lookup starts at what the reader may see."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from community_platform.core.api.etag import stamp
from community_platform.core.api.views import get_or_404
from community_platform.core.permissions import may
from forum.api.serializers import PostSerializer, TopicDetailSerializer, TopicSerializer
from forum.models import Post, Topic
from forum.selectors import posts as post_selectors
from forum.selectors import topics as topic_selectors


def topic_for(request: Request, pk: int) -> Topic:
    """Return the visible topic as the API shows it. Three queries, tags and body included."""
    rows = topic_selectors.with_body(post_selectors.topic_rows(request.user), request.user)
    return get_or_404(rows.prefetch_related("tags"), pk=pk)


def post_for(request: Request, pk: int) -> Post:
    """Return the visible post with its topic and the topic's course. One query."""
    rows = post_selectors.with_likes(Post.objects.visible_to(request.user), request.user)
    return get_or_404(rows.select_related("author", "topic__category__course", "topic__course"), pk=pk)


def validated(request: Request, serializer: Any) -> dict[str, Any]:
    """Return the checked body. Raises ValidationError."""
    parsed = serializer(data=request.data)
    parsed.is_valid(raise_exception=True)
    return dict(parsed.validated_data)


def topic_answer(request: Request, pk: int, status: int = 200) -> HttpResponse:
    """Answer the topic as it is now, with its ETag."""
    topic = topic_for(request, pk)
    return stamp(Response(TopicSerializer(topic).data, status=status), "topic", topic.pk, topic.revision)


def detail_answer(request: Request, pk: int) -> HttpResponse:
    """Answer the topic with the page of posts that `?page=` names."""
    topic = topic_for(request, pk)
    number = post_selectors.page_number(request.query_params.get("page"), topic)
    page = post_selectors.topic_page(request.user, topic, number)
    shows_deleted = may(request.user, "forum.see_deleted", topic)
    shown = [post for post in page.posts if shows_deleted or not post.is_deleted]
    posts = {
        "count": topic.last_post_number - topic.moved_posts if shows_deleted else topic.replies_count + 1,
        "next": _page_url(request, number + 1) if number < page.num_pages else None,
        "previous": _page_url(request, number - 1) if number > 1 else None,
        "results": PostSerializer(shown, many=True).data,
    }
    data = TopicDetailSerializer(topic, context={"posts": posts}).data
    return stamp(Response(data), "topic", topic.pk, topic.revision)


def post_answer(request: Request, pk: int, status: int = 200) -> HttpResponse:
    """Answer the post as it is now, with its ETag."""
    post = post_for(request, pk)
    return stamp(Response(PostSerializer(post).data, status=status), "post", post.pk, post.revision)


def _page_url(request: Request, number: int) -> str:
    return str(request.build_absolute_uri(f"{request.path}?page={number}"))
