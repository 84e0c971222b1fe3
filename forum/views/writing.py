"""Quoting, and what happens when two people edit the same text at once: nothing of either is lost."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from community_platform.core.errors import Stale
from community_platform.core.worddiff import diff_html, merge
from forum.forms.drafts import base_of, begun, posted
from forum.forms.topics import PostForm
from forum.limits import QUOTE_MAX
from forum.models import Post, Topic
from forum.selectors.drafts import draft_on
from forum.selectors.posts import TopicPage

Fields = Mapping[str, Any]


def quotation(post: Post) -> str:
    """Return `post` as a Markdown quotation with a link to it; what it quotes itself is left out beyond one level."""
    lines = [line for line in post.content.splitlines() if not line.startswith((">>", "> >"))]
    text = "\n".join(lines)
    if len(text) > QUOTE_MAX:
        text = f"{text[:QUOTE_MAX].rpartition(' ')[0] or text[:QUOTE_MAX]} …"
    quoted = "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
    return f"> [@{post.author.username}]({post.get_absolute_url()}):\n>\n{quoted}\n\n"


def is_stale(form: Form) -> bool:
    """Tell whether the service refused the edit because the text had changed meanwhile."""
    return isinstance(getattr(form, "domain_error", None), Stale)


def conflict(
    request: HttpRequest, form: Form, make: Callable[[dict[str, Any]], Form], *,
    key: str, theirs: Fields, revision: int, back: str,
) -> HttpResponse:
    """Answer 409 with a screen that shows both edits and a form, made by `make`, that holds them joined.

    `theirs` are the fields as they are stored now, at `revision`, which the new form is based on.
    """  # fmt: skip
    base = _base(form)
    mine = {name: _typed(form, name) for name in theirs}
    joined = {name: theirs[name] if base and mine[name] == base.get(name) else mine[name] for name in theirs}
    collisions = 1
    if "content" in base:
        joined["content"], collisions = merge(base["content"], mine["content"], str(theirs["content"]))
    first = {**joined, "revision": revision, "base": base_of(theirs), "reason": form.data.get("reason", "")}
    context = {
        "form": make(first),
        "draft": posted(request, key),
        "back": back,
        "collisions": collisions,
        "mine": mine["content"],
        "theirs_changes": _changes(base, theirs),
        "my_changes": _changes(base, mine) or diff_html(str(theirs["content"]), mine["content"]),
    }
    return render(request, "forum/conflict.html", context, status=409)


def _base(form: Form) -> dict[str, str]:
    try:
        base = json.loads(form.data.get("base") or "{}")
    except ValueError:
        return {}
    if not isinstance(base, dict):
        return {}
    return {str(name): value for name, value in base.items() if isinstance(value, str)}


def _typed(form: Form, name: str) -> str:
    """Return a field as it was sent, with the line ends that texts are stored with."""
    return str(form.data.get(name, "")).replace("\r\n", "\n").strip()


def _changes(base: Fields, edited: Fields) -> str:
    """Return what an edit changed: the text, below a title that changed too. Empty without a base."""
    if "content" not in base:
        return ""
    text = diff_html(str(base["content"]), str(edited["content"]))
    if "title" in edited and edited["title"] != base.get("title"):
        return diff_html(str(base.get("title", "")), str(edited["title"])) + "\n\n" + text
    return text


def reply_box(request: HttpRequest, topic: Topic, page: TopicPage) -> dict[str, Any]:
    """Return the form below a topic and its draft, which `topic` carries (selectors.with_draft). No query.

    What `?quote=` names is added to what was begun, once.
    """
    path = f"{topic.get_absolute_url()}reply/"
    draft = begun(request, f"reply:{topic.pk}", path, draft_on(topic, request.user))
    first = {"reply_to": request.GET.get("reply_to"), **draft.fields}
    asked = next((post for post in page.posts if str(post.pk) == request.GET.get("quote")), None)
    quote = quotation(asked) if asked and not asked.is_deleted else ""
    text = draft.fields.get("content", "")
    if quote and quote.strip() not in text:
        text = f"{text.rstrip()}\n\n{quote}" if text.strip() else quote
    return {"form": PostForm(initial={**first, "content": text}), "draft": draft}
