"""What is refused or held although its author may write: repeated texts, floods, new people's spam.

The numbers stand in `forum.limits`; those about new people and floods grow with RATE_LIMIT_SCALE, as rates do.
"""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community_platform.core import ratelimits
from community_platform.core.errors import Conflict, Invalid, TooFast
from community_platform.core.permissions import may
from community_platform.core.ratelimits import Limit
from community_platform.core.rates import level_of
from forum import limits
from forum.models import Comment, Post, Topic
from forum.services.content import Prepared
from profiles.models import FlagReason, PenaltyKind
from profiles.services import penalties, reports

_LINK = re.compile(r'<a\b[^>]*\bhref="(https?://[^"]+)"')
# What changes nothing for others, and reading: a ban is about writing.
_PRIVATE = {"forum.keep_draft", "forum.watch", "forum.see_deleted", "forum.reply_when_locked"}


def bar(actor: Any, perm: str) -> None:
    """Refuse the silenced and the banned whatever changes the forum for others (see core.permissions)."""
    if perm.startswith("forum.") and perm not in _PRIVATE:
        penalties.ensure_may_write(actor)
        if actor.is_forum_banned:
            raise penalties.refusal(actor, PenaltyKind.FORUM_BAN)


# What a text may hold


def check_text(*, actor: Any, body: Prepared) -> None:
    """Raise Invalid on `content` when it mentions, links or shows more than `actor` is trusted with. No query."""
    if _is_free(actor):
        return
    mentions, links, pictures = limits.TEXT_MAX[0 if level_of(actor) == 0 else 1]
    for found, most, code, words in (
        (len(body.mentioned), mentions, "too_many_mentions", _mentions_told),
        (len(hosts_in(body.html)), links, "too_many_links", _links_told),
        (body.html.count("<img "), pictures, "too_many_pictures", _pictures_told),
    ):
        if most is not None and found > (high := _scaled(most)):
            raise Invalid(words(high), code=code, field="content")


def _mentions_told(n: int) -> str:
    return ngettext("Mention at most %(n)d person.", "Mention at most %(n)d people.", n) % {"n": n}


def _links_told(n: int) -> str:
    text = ngettext(
        "New members may give at most %(n)d link to other sites.",
        "New members may give at most %(n)d links to other sites.",
        n,
    )
    return text % {"n": n}


def _pictures_told(n: int) -> str:
    return ngettext("Show at most %(n)d picture.", "Show at most %(n)d pictures.", n) % {"n": n}


def hosts_in(html: str) -> list[str]:
    """Return the host of each link to another site, one entry a link."""
    hosts = [
        (urlsplit(address).hostname or "").lower().removeprefix("www.") for address in _LINK.findall(html)
    ]
    own = settings.SITE_HOST.rsplit(":", 1)[0]
    return [host for host in hosts if host and host != own]


# Repetition and floods, under the lock of the topic


def check_slow_mode(*, actor: Any, topic: Topic) -> None:
    """Raise TooFast `slow_mode` when `actor` wrote in the locked `topic` too short a time ago. One query if it is slow.

    The topic's own pace counts until it ends, else the category's. Those who lead the discussion are exempt.
    """
    now = timezone.now()
    own = topic.slow_mode_seconds if topic.slow_mode_until is None or topic.slow_mode_until > now else 0
    seconds = own or topic.category.slow_mode_seconds
    if not seconds or may(actor, "forum.slow_topic", topic):
        return
    last = (
        topic.posts.filter(author_id=actor.pk)
        .order_by("-created_at")
        .values_list("created_at", flat=True)
        .first()
    )
    wait = 0 if last is None else seconds - (now - last).total_seconds()
    if wait > 0:
        slow = ratelimits.too_fast(int(wait) + 1)
        text = _("This topic is in slow mode. %(wait)s") % {"wait": slow.message}
        raise TooFast(text, code="slow_mode", retry_after=slow.retry_after)


def check_reply(*, actor: Any, topic: Topic, body: Prepared) -> None:
    """Raise Conflict for a text that `actor` has just posted, or for one more reply without anybody answering.

    `duplicate` names the earlier post: the same words in this topic, or long ones elsewhere. `consecutive_replies`
    spares the asker and those who lead the discussion. Two queries.
    """
    recent = _recent(Post.objects.filter(number__gt=1), actor, body)
    if recent is not None:
        same = recent.filter(topic=topic) if len(body.source) < limits.COPY_MIN else recent
        if (earlier := same.order_by("-pk").first()) is not None:
            raise _duplicate(earlier.get_absolute_url())
    most = _scaled(limits.CONSECUTIVE_MAX)
    if (
        most > limits.CONSECUTIVE_LOOKED_AT
        or topic.author_id == actor.pk
        or may(actor, "forum.slow_topic", topic)
    ):
        return
    newest = (
        topic.posts.filter(deleted_at=None, number__gt=1)
        .order_by("-number")
        .values_list("author_id", flat=True)
    )
    if list(newest[:most]) == [actor.pk] * most:
        text = _("You wrote the last replies here. Edit one of them, or wait until somebody answers.")
        raise Conflict(text, code="consecutive_replies")


def check_topic(*, actor: Any, title: str, body: Prepared) -> None:
    """Raise Conflict `duplicate` when `actor` has just begun a topic of this title and text. One query."""
    recent = _recent(Post.objects.filter(number=1, topic__title=title, topic__deleted_at=None), actor, body)
    if recent is not None and (earlier := recent.select_related("topic").order_by("-pk").first()) is not None:
        raise _duplicate(earlier.topic.get_absolute_url())


def check_comment(*, actor: Any, target: Any, body: Prepared) -> None:
    """Raise Conflict `duplicate` when `actor` has just said the same below this course or lesson. One query."""
    recent = _recent(Comment.objects.on(target), actor, body)
    if recent is not None and (earlier := recent.order_by("-pk").first()) is not None:
        raise _duplicate(earlier.get_absolute_url())


def _recent(rows: QuerySet[Any], actor: Any, body: Prepared) -> QuerySet[Any] | None:
    """Return what of `rows` is this very text, said by `actor` a moment ago; None where seeds and imports write."""
    if settings.RATE_LIMIT_SCALE >= limits.UNHURRIED:
        return None
    since = timezone.now() - timedelta(seconds=limits.DUPLICATE_SECONDS)
    return rows.filter(author_id=actor.pk, created_at__gt=since, deleted_at=None, content=body.source)


def _duplicate(url: str) -> Conflict:
    return Conflict(_("You posted this a moment ago: %(url)s") % {"url": url}, code="duplicate")


# What is held until a moderator has looked


def suspicion(*, actor: Any, body: Prepared, typed_seconds: float | None = None) -> str:
    """Return why this text should be held, in the language of the school, or the empty string.

    Only of people without any trust: a first text that came faster than anybody types, or a link to a host that new
    accounts have posted again and again this week. At most two queries, none for others.
    """
    if _is_free(actor) or level_of(actor) > 0:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        is_fast = typed_seconds is not None and typed_seconds < limits.FAST_SECONDS
        if (
            is_fast
            and settings.RATE_LIMIT_SCALE <= 1
            and not (actor.posts.exists() or actor.comments.exists())
        ):
            return _("First text, sent %(seconds).1f s after the form was opened.") % {
                "seconds": typed_seconds
            }
        for host in sorted(set(hosts_in(body.html))):
            if not _is_familiar(host) and _times_linked(host) + 1 >= _scaled(limits.SAME_HOST_MAX):
                return _("New accounts keep linking to %(host)s.") % {"host": host}
    return ""


def hold(*, kind: str, row: Any, why: str) -> None:
    """Hide the text that was written in this transaction until moderators have looked, and note so on `row`."""
    reports.hold(kind=kind, pk=row.pk, reason=FlagReason.SPAM, note=why)
    row.refresh_from_db(fields=["deleted_at", "is_hidden", "removal_reason"])


def _is_familiar(host: str) -> bool:
    return any(host == known or host.endswith(f".{known}") for known in limits.FAMILIAR_HOSTS)


def _times_linked(host: str) -> int:
    """Return how many texts of new accounts linked to `host` this week, counting no further than needed."""
    since = timezone.now() - timedelta(days=limits.SAME_HOST_DAYS)
    new: dict[str, Any] = {"author__trust_level": 0, "author__date_joined__gt": since, "created_at__gt": since}
    most, found = _scaled(limits.SAME_HOST_MAX), 0
    linked = Q(content_html__contains=f"//{host}") | Q(content_html__contains=f"//www.{host}")
    for rows in (Post.objects.filter(linked, **new), Comment.objects.filter(linked, **new)):
        found += len(rows.values_list("pk")[:most])
    return found


def _is_free(actor: Any) -> bool:
    """Tell whether `actor` teaches or moderates, or is the site itself."""
    return not actor.pk or actor.is_moderator or actor.is_instructor


def _scaled(count: int) -> int:
    return ratelimits.allowed(Limit("", count, 1))
