"""What an address answers when the reader does not see what it once showed.

A merged topic leads on for good (301) to what was its body, a page whose posts all went elsewhere to the nearest one
(302). What was removed is gone (410) to whoever sees its category; to others it was never there (404).
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from community_platform.core.api.views import MAX_ID
from community_platform.core.errors import Gone, NotFound
from forum.forms.drafts import rescue
from forum.models import Post, Topic
from forum.selectors.posts import nearest_page
from forum.selectors.removed import removed_post, removed_topic
from forum.services.drafts import carry_drafts


def without_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from a merged topic to where its body stands now. Raises Gone, NotFound. At most one query."""
    topic = removed_topic(request.user, min(pk, MAX_ID))
    if topic.merged_post_id is None:
        raise Gone
    return redirect("forum:post", topic.merged_post_id, permanent=True)


def reply_elsewhere(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the reply to a topic that went while it was written; lead to the form of the one it was merged into.

    Raises NotFound for a topic that was removed: what was written is among the drafts.
    """
    topic = removed_topic(request.user, min(pk, MAX_ID))
    rescue(request, f"reply:{topic.pk}")
    body = Post.objects.visible_to(request.user).filter(pk=topic.merged_post_id).select_related("topic").first()
    if body is None:
        raise NotFound
    carry_drafts(of=topic.pk, into=body.topic_id, user=request.user)
    return redirect(f"{body.topic.get_absolute_url()}?page=last#reply")


def without_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell a removed post from one that never was. Raises Gone, NotFound. At most one query."""
    removed_post(request.user, min(pk, MAX_ID))
    raise Gone


def without_posts(topic: Topic, number: int) -> HttpResponse:
    """Lead from a page that became empty to the nearest one that shows posts. At most two queries."""
    return redirect(f"{topic.get_absolute_url()}?page={nearest_page(topic, number)}")
