"""What search engines read about a topic or a list of topics (schema.org): data blocks, not scripts."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from forum.models import Post, Topic, TopicKind
from forum.selectors.posts import TopicPage

_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def linked_data(page: TopicPage) -> SafeString:
    """Return JSON-LD of a topic page, safe inside a script element."""
    topic = page.topic
    is_question = topic.kind == TopicKind.QUESTION
    replies = [post for post in page.posts if not post.is_body and not post.is_deleted]
    answers = [_post(post, "Answer" if is_question else "Comment") for post in replies]
    best = [item for post, item in zip(replies, answers, strict=True) if post.pk == topic.best_answer_id]
    body = next((post for post in page.posts if post.is_body), None)
    thing: dict[str, Any] = {
        "@type": "Question" if is_question else "DiscussionForumPosting",
        "headline": topic.title,
        "name": topic.title,
        "url": settings.SITE_URL + topic.get_absolute_url(),
        "datePublished": topic.created_at.isoformat(),
        "author": _person(topic.author),
        "text": strip_tags(body.content_html).strip()[:5000] if body else topic.title,
    }
    if is_question:
        others = [item for item in answers if item not in best]
        thing |= {"answerCount": topic.replies_count, "acceptedAnswer": best, "suggestedAnswer": others}
        data: dict[str, Any] = {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": thing}
    else:
        data = {"@context": "https://schema.org", **thing, "commentCount": topic.replies_count, "comment": answers}
    return _block(data)


def linked_list(*, name: str, path: str, topics: Iterable[Topic]) -> SafeString:
    """Return JSON-LD of a page that lists topics, safe inside a script element."""
    items = [
        {"@type": "ListItem", "position": n, "name": topic.title, "url": settings.SITE_URL + topic.get_absolute_url()}
        for n, topic in enumerate(topics, 1)
    ]
    data = {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "name": name,
        "url": settings.SITE_URL + path,
        "mainEntity": {"@type": "ItemList", "itemListElement": items},
    }
    return _block(data)


def _block(data: dict[str, Any]) -> SafeString:
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - cannot end the element


def _post(post: Post, kind: str) -> dict[str, Any]:
    return {
        "@type": kind,
        "text": strip_tags(post.content_html).strip()[:5000],
        "url": settings.SITE_URL + post.get_absolute_url(),
        "datePublished": post.created_at.isoformat(),
        "upvoteCount": post.likes_count,
        "author": _person(post.author),
    }


def _person(user: Any) -> dict[str, str]:
    return {"@type": "Person", "name": user.name, "url": settings.SITE_URL + user.get_absolute_url()}
