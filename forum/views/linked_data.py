"""What search engines read about a topic or a list of topics (schema.org): data blocks, not scripts.

A question is a QAPage, any other topic a DiscussionForumPosting with its comments. Later pages repeat the opening post
by title and address of the first page. Only what the page shows is told, and an answer without words (a picture alone)
is left out: both would be held against the page.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from community_platform.core.markdown.shown import shown_text
from forum.models import Post, Topic, TopicKind
from forum.selectors.posts import TopicPage

TEXT_MAX = 5000
_CONTEXT = "https://schema.org"
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def linked_data(page: TopicPage, best: Post | None = None) -> SafeString:
    """Return JSON-LD of a topic page, safe inside a script element. `best` is the best answer, where it is shown."""
    if page.topic.kind == TopicKind.QUESTION:
        return _block({"@type": "QAPage", "mainEntity": _question(page, best)})
    topic = page.topic
    comments = [_post(post, "Comment") for post in _replies(page)]
    likes = _interactions(topic.likes_count)
    thing = {**_opening(page), "@type": "DiscussionForumPosting", "headline": topic.title, **likes}
    return _block(
        {**thing, "mainEntityOfPage": thing["url"], "commentCount": topic.replies_count, "comment": comments}
    )


def linked_crumbs(*steps: tuple[str, str]) -> SafeString:
    """Return JSON-LD of the way to a page, from the forum down: pairs of a name and a path."""
    items = [
        {"@type": "ListItem", "position": n, "name": name, "item": settings.SITE_URL + path}
        for n, (name, path) in enumerate([(_("Forum"), "/forum/"), *steps], 1)
    ]
    return _block({"@type": "BreadcrumbList", "itemListElement": items})


def linked_list(*, name: str, path: str, topics: Iterable[Topic]) -> SafeString:
    """Return JSON-LD of a page that lists topics, safe inside a script element."""
    items = [
        {"@type": "ListItem", "position": n, "name": topic.title, "url": _address(topic)}
        for n, topic in enumerate(topics, 1)
    ]
    listed = {"@type": "ItemList", "itemListElement": items}
    return _block(
        {"@type": "CollectionPage", "name": name, "url": settings.SITE_URL + path, "mainEntity": listed}
    )


def _question(page: TopicPage, best: Post | None) -> dict[str, Any]:
    topic = page.topic
    answers = {post.pk: _post(post, "Answer") for post in _replies(page)}
    accepted = answers.pop(topic.best_answer_id, None) if topic.best_answer_id else None
    if accepted is None and best is not None and _words(best):
        accepted = _post(best, "Answer")
    return {
        **_opening(page),
        "@type": "Question",
        "name": topic.title,
        "answerCount": topic.replies_count,
        "upvoteCount": topic.likes_count,
        **({"acceptedAnswer": accepted} if accepted else {}),
        **({"suggestedAnswer": list(answers.values())} if answers else {}),
    }


def _opening(page: TopicPage) -> dict[str, Any]:
    """Return what question and discussion share; the text only on the page that shows it."""
    topic = page.topic
    body = next((post for post in page.posts if post.is_body), None)
    words = _words(body) if body else ""
    return {
        "url": _address(topic),
        "author": _person(topic.author),
        **_dates(topic.created_at, topic.edited_at),
        **({"text": words} if words else {}),
    }


def _replies(page: TopicPage) -> list[Post]:
    return [post for post in page.posts if not post.is_body and not post.is_deleted and _words(post)]


def _post(post: Post, kind: str) -> dict[str, Any]:
    likes = {"upvoteCount": post.likes_count} if kind == "Answer" else _interactions(post.likes_count)
    return {
        "@type": kind,
        "text": _words(post),
        "url": _address(post),
        **_dates(post.created_at, post.edited_at),
        **likes,
        "author": _person(post.author),
    }


def _words(post: Post) -> str:
    return shown_text(post.content_html)[:TEXT_MAX]


def _dates(created: datetime, edited: datetime | None) -> dict[str, str]:
    dates = {"datePublished": created.isoformat()}
    return dates | ({"dateModified": edited.isoformat()} if edited else {})


def _interactions(likes: int) -> dict[str, Any]:
    counter = {
        "@type": "InteractionCounter",
        "interactionType": "https://schema.org/LikeAction",
        "userInteractionCount": likes,
    }
    return {"interactionStatistic": counter}


def _person(user: Any) -> dict[str, str]:
    return {"@type": "Person", "name": user.name, "url": _address(user)}


def _address(thing: Any) -> str:
    return f"{settings.SITE_URL}{thing.get_absolute_url()}"


def _block(data: dict[str, Any]) -> SafeString:
    text = json.dumps({"@context": _CONTEXT, **data}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - cannot end the element
