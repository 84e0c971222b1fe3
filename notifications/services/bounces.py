"""Mails that came back (RFC 3464), and what follows: an address that refuses for good gets no more.

A report is believed by the Message-ID of ours that it quotes, which nobody but the recipient's side can know. What
names none is left alone.
"""

import email
import email.policy
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage, Message
from typing import Any

from django.db import transaction
from django.utils import timezone

from notifications import catalogue
from notifications.models import MailHealth, OutboxItem
from notifications.services.inbox import notify
from profiles.models import User

SOFT_MAX = 5  # passing failures within SOFT_DAYS that count as one for good
SOFT_DAYS = 30
DIAGNOSTIC_MAX = 200
_OURS = re.compile(r"<([0-9a-f]{32})@[^>\s]+>")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says: which mail of ours failed, for good or for now, and why."""

    mail: uuid.UUID
    is_final: bool
    diagnostic: str


def parse(raw: bytes) -> Bounce | None:
    """Return what a delivery report says, None for anything else: other mail, a report of success or of delay."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if message.get_content_type() != "multipart/report":
        return None
    mail = _original(message)
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        groups: Any = part.get_payload()  # the parser makes a list of messages of it
        for group in groups:
            action, status = str(group.get("Action", "")).strip().lower(), str(group.get("Status", "")).strip()
            if action == "failed" and mail is not None:
                said = str(group.get("Diagnostic-Code", status))
                # 5.2.2 is a full mailbox: given up by the server, but not an address that does not exist.
                is_final = status.startswith("5") and not status.startswith("5.2.2")
                return Bounce(mail, is_final, " ".join(said.split())[:DIAGNOSTIC_MAX])
    return None


def _original(report: Message) -> uuid.UUID | None:
    """Return which mail of ours the report quotes: its headers stand in a part of their own."""
    for part in report.walk():
        if part.get_content_type() == "message/rfc822":
            inner: Any = part.get_payload()
            headers = str(inner[0].get("Message-ID", "")) if isinstance(inner, list) and inner else ""
        elif part.get_content_type() == "text/rfc822-headers":
            headers = str(part.get_content()) if isinstance(part, EmailMessage) else str(part.get_payload())
            found_line = re.search(r"(?im)^message-id:\s*(<[^>\s]+>)", headers)
            headers = found_line.group(1) if found_line else ""
        else:
            continue
        if found := _OURS.search(headers):
            return uuid.UUID(found.group(1))
    return None


def take(raws: Iterable[bytes]) -> tuple[int, int]:
    """Take in delivery reports and return how many counted and how many were something else."""
    taken = other = 0
    for raw in raws:
        bounce = parse(raw)
        item = OutboxItem.objects.filter(mail=bounce.mail).select_related("user").first() if bounce else None
        if bounce is None or item is None:
            other += 1
            continue
        refused(user=item.user, diagnostic=bounce.diagnostic, is_final=bounce.is_final)
        taken += 1
    return taken, other


def refused(*, user: User, diagnostic: str, is_final: bool) -> None:
    """Note that the present address of `user` refused a mail; tell them on the site when it gets no more.

    A passing failure counts; SOFT_MAX of them within SOFT_DAYS are one for good.
    """
    now = timezone.now()
    with transaction.atomic():
        user = User.objects.lock(user.pk)
        locked = MailHealth.objects.select_for_update()
        health, _made = locked.get_or_create(user=user, defaults={"address": user.email})
        if health.address.lower() != user.email.lower():
            health = MailHealth(user=user, address=user.email)
        is_new = health.failed_at is None
        if not is_final:
            recent = health.soft_at is not None and health.soft_at > now - timedelta(days=SOFT_DAYS)
            health.soft_count = health.soft_count + 1 if recent else 1
            health.soft_at = now
        if is_final or health.soft_count >= SOFT_MAX:
            health.failed_at = health.failed_at or now
        health.diagnostic = diagnostic[:DIAGNOSTIC_MAX]
        health.save()
        if is_new and health.failed_at is not None:
            notify(
                user_ids=[user.pk], kind=catalogue.MAIL_REFUSED, actor_id=None, subject=user.email,
                url="/accounts/email/", key=f"mail_refused:{user.email}"[:80],
            )  # fmt: skip


def forgive(*, user: Any) -> None:
    """Send to the address of `user` again."""
    MailHealth.objects.filter(user=user).delete()
