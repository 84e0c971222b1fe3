"""What a topic's page tells readers at a glance and the world outside: best answer, description, picture, data."""

import re
from typing import Any

from community_platform.core.markdown import excerpt
from community_platform.core.markdown.shown import shown_text
from forum.models import Topic
from forum.selectors.posts import TopicPage
from forum.views.cards import card_path
from forum.views.linked_data import linked_crumbs, linked_data

_CODE = re.compile(r"<pre[\s>].*?</pre>", re.DOTALL)  # on one line it cannot be read
BEST_EXCERPT = 320  # characters of the best answer below the question


def told_outside(topic: Topic, page: TopicPage) -> dict[str, Any]:
    """Return that part of the page's context. No query where `best_answer__author` is loaded.

    What a spoiler hides stays hidden. A topic that visitors cannot read tells the world nothing.
    """
    best = topic.best_answer if page.number == 1 else None
    body = next((post for post in page.posts if post.is_body), None)
    return {
        "best": best,
        "best_excerpt": excerpt(shown_text(_CODE.sub("<p>…</p>", best.content_html)), BEST_EXCERPT)
        if best
        else "",
        "excerpt": excerpt(shown_text(body.content_html) if body else topic.title),
        "card": card_path(topic),
        "is_private": topic.is_deleted or not topic.category.is_public,
        "linked_data": linked_data(page, best),
        "linked_crumbs": linked_crumbs(
            (topic.category.name, topic.category.get_absolute_url()), (topic.title, topic.get_absolute_url())
        ),
    }
