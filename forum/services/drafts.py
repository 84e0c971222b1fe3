"""Unsent texts, one per person and target, the same on every device.

The writing page counts up `seq`: a save with an older number than the stored one is refused, so that a late request
neither overwrites newer words nor brings back what was sent.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community_platform.core import ratelimits, text
from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, Invalid, NotFound
from community_platform.core.permissions import ensure
from community_platform.core.rates import limits_for
from forum.limits import DRAFT_CHARS, DRAFT_DAYS, DRAFTS_MAX, SENT_DRAFT_DAYS
from forum.models import Draft

NEW_TOPIC = "topic:new"
FIELDS = (
    "title", "content", "tags", "category", "kind", "reply_to", "course", "lesson", "lesson_second", "reason",
    "revision", "base",
)  # fmt: skip
_WRITTEN = ("title", "content")  # the other fields alone are no draft
_KEY = re.compile(
    r"topic:new|(?:reply|edit-topic|edit-post|edit-comment|comment-reply|comment:course|comment:lesson):[0-9]{1,18}"
)
SEQ_MAX = 2**53  # what JavaScript counts exactly
# How far sending moves the number on: past every save that may still be under way.
STEP = 1_000


class DraftIsNewer(Conflict):
    """What is stored came later than what was to be saved; `draft` is what is stored."""

    code = "draft_is_newer"

    def __init__(self, draft: Draft) -> None:
        super().__init__(_("A newer draft is stored. It was written on another page or device."))
        self.draft = draft


def save_draft(*, actor: Any, key: str, fields: Mapping[str, str], seq: int | None = None) -> Draft:
    """Store what was typed for the target `key`, and return the draft; no words at all empty it.

    `seq` must be greater than the stored number (None: the next one); the same number with the same words again is
    fine. Raises: NotSignedIn, NotFound (no such key), Invalid, DraftIsNewer, Conflict `too_many_drafts`, TooFast.
    """
    ensure(actor, "forum.keep_draft")
    check_key(key)
    payload = _cleaned(fields)
    if seq is not None and not 1 <= seq <= SEQ_MAX:
        raise Invalid(_("The number must be between 1 and 2^53."), field="seq")
    ratelimits.hit(actor.pk, *limits_for(actor, "draft"))
    with transaction.atomic():
        row = _lock(actor, key)
        if row is None:
            if Draft.objects.filter(user=actor).exclude(payload={}).count() >= DRAFTS_MAX:
                raise Conflict(_("You keep too many drafts. Discard some first."), code="too_many_drafts")
            values = {"seq": seq or 1, "payload": payload, "updated_at": timezone.now()}
            if insert_once(Draft, user_id=actor.pk, key=key, **values):
                return Draft.objects.get(user=actor, key=key)
            row = Draft.objects.select_for_update().get(user=actor, key=key)  # another page was faster
        if seq == row.seq and payload == row.payload:
            return row
        if seq is not None and seq <= row.seq:
            raise DraftIsNewer(row)
        row.seq, row.payload, row.updated_at = seq or row.seq + 1, payload, timezone.now()
        row.save(update_fields=["seq", "payload", "updated_at"])
    return row


def discard_draft(*, actor: Any, key: str) -> None:
    """Throw a draft away; again changes nothing. Raises: NotSignedIn, NotFound (no such key)."""
    ensure(actor, "forum.keep_draft")
    check_key(key)
    close_draft(actor=actor, key=key)


def close_draft(*, actor: Any, key: str, seq: int = 0) -> None:
    """Empty the draft of a text that was sent. `seq` is the last number that its page used; saves up to it come late.

    Without a stored draft and without a number nothing is remembered. At most two statements.
    """
    rows = Draft.objects.filter(user=actor, key=key)
    values = {"payload": {}, "updated_at": timezone.now()}
    seq = min(max(seq, 0), SEQ_MAX - STEP)
    if not rows.update(seq=Greatest(F("seq"), seq) + STEP, **values) and seq:
        insert_once(Draft, user_id=actor.pk, key=key, seq=seq + STEP, **values)


def carry_drafts(*, of: int, into: int, user: Any = None) -> None:
    """After topic `of` was merged into topic `into`: what anybody (or only `user`) began to reply goes on there.

    Who began something in both finds both texts in one, one below the other: no word is lost.
    """
    now = timezone.now()
    begun = Draft.objects.filter(key=f"reply:{of}").exclude(payload={})
    with transaction.atomic():
        for row in (begun.filter(user=user) if user else begun).select_for_update().order_by("pk"):
            insert_once(Draft, user_id=row.user_id, key=f"reply:{into}", updated_at=now)
            there = Draft.objects.select_for_update().get(user=row.user_id, key=f"reply:{into}")
            words = _joined(there.payload.get("content", ""), row.payload.get("content", ""))
            there.payload = {**row.payload, **there.payload, "content": words}
            there.seq, there.updated_at = max(there.seq, row.seq) + 1, now
            there.save(update_fields=["seq", "payload", "updated_at"])
            row.delete()


def forget_drafts() -> int:
    """Delete drafts that nobody touched for half a year, and the numbers of those that were sent a week ago."""
    now = timezone.now()
    open_ones = Q(updated_at__lt=now - timedelta(days=DRAFT_DAYS))
    closed = Q(payload={}, updated_at__lt=now - timedelta(days=SENT_DRAFT_DAYS))
    return Draft.objects.filter(open_ones | closed).delete()[0]


def check_key(key: str) -> None:
    """Let a key pass that names a target, whether that exists or not. Raises NotFound."""
    if not _KEY.fullmatch(key):
        raise NotFound


def _lock(actor: Any, key: str) -> Draft | None:
    return Draft.objects.select_for_update().filter(user=actor, key=key).first()


def _joined(first: str, second: str) -> str:
    if second.strip() in first:
        return first
    return second if first.strip() in second else f"{first.rstrip()}\n\n{second}"


def _cleaned(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that a draft keeps; nothing where nobody wrote a word."""
    kept = {name: fields[name] for name in FIELDS if fields.get(name)}
    for name, value in kept.items():
        if not isinstance(value, str) or not text.is_storable(value):
            raise Invalid(_("The text has a character that cannot be stored."), code="bad_character", field=name)
    if sum(len(value) for name, value in kept.items() if name != "base") > DRAFT_CHARS:
        message = ngettext("Use at most %(n)d character.", "Use at most %(n)d characters.", DRAFT_CHARS)
        raise Invalid(message % {"n": DRAFT_CHARS}, code="max_length", field="content")
    if len(kept.get("base", "")) > DRAFT_CHARS:
        del kept["base"]  # without it an edit conflict shows both texts instead of joining them
    return kept if any(kept.get(name, "").strip() for name in _WRITTEN) else {}
