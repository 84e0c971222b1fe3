"""Emptying the outbox: claim, ask again, send, write down. Run by the clock, in as many workers as there are."""

import logging
import smtplib
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications.models import Channel, OutboxItem, OutboxState
from notifications.services import outbox, push
from notifications.services.bounces import refused
from notifications.services.digests import digest_letter, report_letter
from notifications.services.mailing_checks import is_capped, judge, waiting_messages
from notifications.services.mailing_letters import Letter, letter_of, letter_of_messages, mail_of, spoken_to
from profiles.models import User

logger = logging.getLogger(__name__)

THREADS = 200  # a run; the clock comes again soon
SMTP_TIMEOUT = 20  # seconds, far below the lease
FAILURES_MAX = 3  # in a row of the mail server: then the run ends, and nothing more loses an attempt


def send_due(limit: int = THREADS) -> int:
    """Send what is due and return how many items were sent or dropped.

    Each thread is claimed by itself just before it is sent, so a lease is never older than one sending.
    """
    done = failures = 0
    connection = get_connection(timeout=SMTP_TIMEOUT)
    try:
        for head in outbox.due_heads(limit):
            claimed = outbox.claim(head)
            if claimed is None or not claimed.items:
                continue
            try:
                done += _handle(claimed, connection)
                failures = 0
            except Exception as error:
                logger.exception("outbox: sending failed")
                outbox.fail(claimed, claimed.items, f"{type(error).__name__}: {error}")
                failures += isinstance(error, OSError)
                connection.close()
            if failures >= FAILURES_MAX:
                break
    finally:
        connection.close()
    return done


def _handle(claimed: outbox.Claim, connection: BaseEmailBackend) -> int:
    user = User.objects.with_roles().get(pk=claimed.items[0].user_id)
    channel = claimed.items[0].channel
    verdict = judge(user, channel, claimed.items)
    for reason, items in verdict.drop.items():
        outbox.finish(claimed, items, OutboxState.DROPPED, reason=reason)
    if verdict.send and verdict.until is not None:
        outbox.postpone(claimed, verdict.send, verdict.until)
        verdict.send = []
    if verdict.send:
        deliver = _push if channel == Channel.PUSH else _mail
        deliver(claimed, user, verdict.send, connection)
    return len(claimed.items)


def _mail(claimed: outbox.Claim, user: Any, items: list[OutboxItem], connection: BaseEmailBackend) -> None:
    if any(item.kind not in outbox.AT_ONCE for item in items) and is_capped(user):
        outbox.finish(claimed, items, OutboxState.DROPPED, reason="too many mails today")
        return
    with spoken_to(user):
        letter = compose(user, items)
        if letter is None:
            outbox.finish(claimed, items, OutboxState.DROPPED, reason="nothing to say")
            return
        mail = mail_of(user, letter, items[0].uid, _former(items[0]))
    mail.connection = connection
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        if code < 500:
            raise
        refused(user=user, diagnostic=f"{code} {answer!r}", is_final=True)
        outbox.finish(claimed, items, OutboxState.DEAD, reason=f"{code} {answer!r}")
        return
    outbox.finish(claimed, items, OutboxState.SENT, mail=items[0].uid)


def compose(user: Any, items: Sequence[OutboxItem]) -> Letter | None:
    """Return the letter about `items` (of one thread) in the active language, None where there is nothing to say."""
    kind = items[0].kind
    if items[0].notification_id is not None:
        return letter_of(items)
    makers: dict[str, Callable[[], Letter | None]] = {
        "message": lambda: letter_of_messages(waiting_messages(user, items[0].data["conversation"])),
        "digest": lambda: digest_letter(user, items[0]),
    }
    return makers.get(kind, lambda: report_letter(user, items[0]))()


def _former(item: OutboxItem) -> uuid.UUID | None:
    """Return the mail that this person got last in the same thread."""
    sent = OutboxItem.objects.filter(
        user=item.user_id, channel=item.channel, thread=item.thread, state=OutboxState.SENT, mail__isnull=False
    )
    return sent.order_by("-finished_at").values_list("mail", flat=True).first()


def _push(claimed: outbox.Claim, user: Any, items: list[OutboxItem], connection: BaseEmailBackend) -> None:
    with spoken_to(user):
        letter = compose(user, items)
    reached = push.tell(user, letter, tag=items[0].thread) if letter is not None else 0
    state = OutboxState.SENT if reached else OutboxState.DROPPED
    outbox.finish(claimed, items, state, reason="" if reached else "no browser to reach")

