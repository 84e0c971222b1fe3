"""Samples of every kind of mail, of rows that are there: for the page on which administrators look at them."""

from typing import Any

from django.utils import timezone

from forum.models import Post, Topic
from messaging.models import Conversation, Message
from notifications import catalogue
from notifications.models import Notification, OutboxItem
from notifications.selectors.digests import Missed
from notifications.services.digests import Figure, Report, letter_of_missed, letter_of_report
from notifications.services.mailing_letters import Letter, letter_of, letter_of_messages
from profiles.models import User


def names() -> list[str]:
    """Return every kind that can be mailed, and the digest."""
    mailed = (kind for kind in catalogue.KINDS.values() if kind.may_choose("email") or "email" in kind.on)
    return [*(kind.name for kind in mailed), "digest"]


def sample(viewer: Any, kind: str) -> Letter:
    """Return a mail of this kind to `viewer`, in the active language. Nothing is stored; no private text is shown."""
    if kind == "digest":
        topics = list(Topic.objects.visible_to(viewer).live().select_related("category").order_by("-replies_count")[:5])
        lines = [_told(viewer, name) for name in ("mention", "best_answer", "badge")]
        return letter_of_missed(Missed(lines, len(lines) + 4, topics), 7)
    if kind == "message":
        return letter_of_messages(_messages(viewer))
    if kind == "analytics_digest":
        figures = (Figure(str(catalogue.KINDS[kind].label), "0"),)
        return letter_of_report(kind, Report(str(catalogue.KINDS[kind].label), (("", figures),), "/analytics/"))
    told = _told(viewer, kind)
    return letter_of([OutboxItem(user=viewer, channel="email", kind=kind, thread=f"kind:{kind}", notification=told)])


def _told(viewer: Any, kind: str) -> Notification:
    """Return the latest line of this kind in the viewer's own inbox, else one about the latest public post."""
    own = Notification.objects.visible_to(viewer).filter(kind=kind).select_related("actor").order_by("-pk").first()
    if own is not None:
        return own
    posts = Post.objects.visible_to(viewer).filter(deleted_at=None, number__gt=1).select_related("author", "topic")
    post = posts.order_by("-pk").first()
    about = catalogue.KINDS[kind].category == "forum" and post is not None
    return Notification(
        pk=0, user=viewer, kind=kind, actor=post.author if post else viewer, post=post if about else None,
        subject=post.topic.title if post else "", url="/", key="", created_at=timezone.now(),
    )  # fmt: skip


def _messages(viewer: Any) -> list[Message]:
    """Return messages of the viewer's own, else a made-up one: those of others are nobody's to look at."""
    theirs = Message.objects.visible_to(viewer).filter(deleted_at=None).exclude(sender=None).exclude(content="")
    own = theirs.select_related("sender", "conversation").order_by("-pk").first()
    if own is not None:
        return [own]
    from_whom = User.objects.filter(is_active=True).exclude(pk=viewer.pk).order_by("pk").first() or viewer
    talk = Conversation(pk=0)
    return [Message(conversation=talk, sender=from_whom, seq=1, content="…", created_at=timezone.now())]
