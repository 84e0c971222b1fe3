"""What a mail says: text and HTML in the reader's language, and the headers by which programs treat it rightly."""

import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from community_platform.core import markdown
from community_platform.core.markdown import excerpt
from forum.models import Comment, Post, Topic
from messaging.models import Message
from notifications import catalogue
from notifications.models import Notification, OutboxItem
from notifications.services.unsubscribing import address_of

EXCERPT = 400  # characters of a text that a mail quotes
PARTS = "notifications/email"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a mail tells: the sentence, what was written, and where it stands (an absolute address)."""

    text: str
    url: str
    quote: str = ""
    who: str = ""
    at: Any = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it has an address on it. `scope` is what its unsubscribe link stops."""

    subject: str
    template: str
    context: dict[str, Any]
    thread: str = ""
    scope: str = ""
    why: str = ""
    sender: str = ""  # shown before "via <site>"


def site_host() -> str:
    """Return the host that Message-ID and List-Id name."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def absolute(path: str) -> str:
    """Return `path` with the site's address before it; an address stays as it is."""
    return path if "://" in path else f"{settings.SITE_URL}{path}"


def quoted(source: str) -> str:
    """Return the beginning of a Markdown text without its markup; what a spoiler hides stays hidden."""
    return excerpt(markdown.render(source).text, EXCERPT)


def message_id(uid: uuid.UUID) -> str:
    """Return the Message-ID of the mail whose first item is `uid`: the same for every attempt."""
    return f"<{uid.hex}@{site_host()}>"


@contextmanager
def spoken_to(user: Any) -> Iterator[None]:
    """Speak the language of `user`, in their zone."""
    with translation.override(user.language or settings.LANGUAGE_CODE), timezone.override(user.timezone):
        yield


def letter_of(items: Sequence[OutboxItem]) -> Letter:
    """Return the letter that tells `items`, notifications of one thread, in the active language."""
    told = [item.notification for item in items if item.notification is not None]
    lines = [_line(one) for one in told]
    first = told[-1]
    topic = Topic.objects.filter(posts=first.post_id).first() if first.post_id else None
    # Mails of a topic carry its title alone, so that mail programs show them as one conversation.
    lead = lines[0].text if len(lines) == 1 else _("%(first)s and more") % {"first": lines[0].text}
    subject = topic.title if topic else lead
    kind = catalogue.KINDS.get(first.kind)
    senders = {line.who for line in lines}
    return Letter(
        subject=subject, template="told", context={"lines": lines, "title": topic.title if topic else ""},
        thread=items[0].thread if topic or first.comment_id else "",
        scope=kind.category if kind else "", why=catalogue.why(first.kind),
        sender=next(iter(senders)) if len(senders) == 1 else "",
    )  # fmt: skip


def _line(told: Notification) -> Line:
    text: Post | Comment | None = None
    if told.post_id is not None:
        text = Post.objects.filter(pk=told.post_id).first()
    elif told.comment_id is not None:
        text = Comment.objects.filter(pk=told.comment_id).first()
    is_others = text is not None and told.actor_id == text.author_id
    quote = quoted(text.content) if text is not None and is_others else ""
    who = told.actor.name if told.actor else ""
    return Line(told.text, absolute(f"/notifications/{told.pk}/open/"), quote, who, told.created_at)


def letter_of_messages(messages: Sequence[Message]) -> Letter:
    """Return the letter about unread messages of one conversation."""
    talk = messages[0].conversation
    names = list(dict.fromkeys(message.sender.name for message in messages if message.sender))
    title = talk.title or ", ".join(names)
    lines = [
        Line(
            message.sender.name if message.sender else "", absolute(message.get_absolute_url()),
            quoted(message.content), message.sender.name if message.sender else "", message.created_at,
        )
        for message in messages
    ]  # fmt: skip
    return Letter(
        subject=_("Messages: %(title)s") % {"title": title}, template="messages",
        context={"lines": lines, "title": title, "url": absolute(talk.get_absolute_url())},
        thread=f"conversation:{talk.pk}", scope=catalogue.KINDS["message"].category, why=catalogue.why("message"),
        sender=names[0] if len(names) == 1 else "",
    )  # fmt: skip


def frame(user: Any, letter: Letter) -> dict[str, Any]:
    """Return what every template of a mail reads."""
    return letter.context | {
        "subject": letter.subject,
        "reader": user,
        "why": letter.why,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "stop_url": address_of(user, letter.scope),
        "stop_all_url": address_of(user, "") if letter.scope else "",
        "preferences_url": f"{settings.SITE_URL}/notifications/preferences/",
    }


def bodies(user: Any, letter: Letter) -> tuple[str, str]:
    """Return text and HTML. The language and zone of the reader are active already."""
    context = frame(user, letter)
    text = render_to_string(f"{PARTS}/{letter.template}.txt", context)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", render_to_string(f"{PARTS}/{letter.template}.html", context)


def mail_of(user: Any, letter: Letter, uid: uuid.UUID, former: uuid.UUID | None = None) -> EmailMultiAlternatives:
    """Return the mail, ready to be sent. `former` is the last one that this person got in the same thread."""
    text, html = bodies(user, letter)
    host = site_host()
    name = _("%(person)s via %(site)s") % {"person": letter.sender, "site": settings.SITE_NAME}
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    label = letter.scope or "all"
    headers = {
        "Message-ID": message_id(uid),
        "List-Id": f"{settings.SITE_NAME} {label} <{label}.{host}>",
        "List-Unsubscribe": f"<{address_of(user, letter.scope)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if letter.thread:
        # The root is a mail that nobody got, the same for all: so the mails of a topic stand together in any order.
        root = f"<{letter.thread.replace(':', '.')}@{host}>"
        headers["In-Reply-To"] = message_id(former) if former else root
        headers["References"] = f"{root} {message_id(former)}" if former else root
    mail = EmailMultiAlternatives(
        " ".join(letter.subject.split()), text,
        formataddr((name, address)) if letter.sender else settings.DEFAULT_FROM_EMAIL, [user.email], headers=headers,
    )  # fmt: skip
    mail.attach_alternative(html, "text/html")
    return mail
