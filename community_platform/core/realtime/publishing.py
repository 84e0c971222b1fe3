"""What services and reactions call: events into the log, and control over open sockets."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction

from community_platform.core.models import SocketTicket
from community_platform.core.realtime import log, process
from community_platform.core.realtime.connection import session_digest
from community_platform.core.realtime.hub import CONTROL
from community_platform.core.realtime.limits import Close
from community_platform.core.realtime.rooms import encode

_is_silent: ContextVar[bool] = ContextVar("is_silent", default=False)


@contextmanager
def silence() -> Iterator[None]:
    """Publish nothing inside the block: for a school that is being made, where nobody can have missed anything."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def is_silent() -> bool:
    """Tell whether events are dropped, so that what they would carry need not be computed."""
    return _is_silent.get()


def publish(*, channel: str, type: str, data: Mapping[str, Any]) -> int:
    """Append an event to `channel` in the current transaction, push it after commit, and return its number.

    Numbers are gap-free and follow commit order, because the channel's head stays locked until then: keep it short,
    and publish to several channels in alphabetical order. `data` looks the same for every reader.
    Under `silence` nothing happens, and the number is 0.
    Raises: TransactionManagementError outside a transaction.
    """
    if is_silent():
        return 0
    event = log.append(channel, type, data)
    _send_on_commit(channel, {"type": "hub.event", "ch": channel, "seq": event["seq"], "text": encode(event)})
    return int(event["seq"])


def whisper(*, channel: str, type: str, data: Mapping[str, Any]) -> None:
    """Tell the current listeners of `channel` something that is neither stored nor replayed: typing."""
    event = {"t": type, "ch": channel, "ts": log.timestamp(), "d": dict(data)}
    process.send(channel, {"type": "hub.ephemeral", "ch": channel, "text": encode(event)})


def end_session(session_key: str) -> None:
    """Close the sockets of one session (4401) once the current transaction commits.

    Also those opened with tickets that were made with it, and its unused tickets open none any more; a token is named
    by its digest.
    """
    digest = session_digest(session_key)
    SocketTicket.objects.filter(sign_in=digest, used_at=None).delete()
    _send_on_commit(CONTROL, {"type": "hub.end_session", "session": digest})


def disconnect_user(user_id: int, code: int = Close.REFUSED) -> None:
    """Close all sockets of a person once the current transaction commits: suspended, deactivated, password changed."""
    _send_on_commit(CONTROL, {"type": "hub.disconnect", "user": user_id, "code": code})


def revoke(channel: str, user_id: int) -> None:
    """Stop `channel` on all sockets of a person once the current transaction commits: they may not listen any more."""
    _send_on_commit(CONTROL, {"type": "hub.revoke", "user": user_id, "ch": channel})


def recheck(*, user_id: int | None = None, channel: str = "", kind: str = "") -> None:
    """Stop, once the current transaction commits, what listeners may not hear any more.

    Of one person (a right was taken away), of one channel (its subject moved), or of all channels of one kind (a
    category was closed); every listener's right to it is asked again.
    """
    _send_on_commit(CONTROL, {"type": "hub.recheck", "user": user_id, "ch": channel, "kind": kind})


def _send_on_commit(group: str, message: dict[str, Any]) -> None:
    def deliver() -> None:
        process.send(group, message)

    transaction.on_commit(deliver, robust=True)
