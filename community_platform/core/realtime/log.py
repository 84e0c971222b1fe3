"""The durable log of channel events: appended in the writer's transaction, read by everything that resumes.

The log is the truth. Frames on sockets are copies of its rows and may be lost; whoever missed one reads it here.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from community_platform.core.models import ChannelEvent, ChannelHead
from community_platform.core.realtime.channels import is_channel, split_by_right
from community_platform.core.realtime.limits import MISSED_EVENTS

# One statement on both databases: the conflicting row is locked, so numbers follow the order of commits.
_BUMP = """
    INSERT INTO core_channelhead (channel, seq) VALUES (%s, 1)
    ON CONFLICT (channel) DO UPDATE SET seq = core_channelhead.seq + 1
    RETURNING seq
"""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a client that stood at some cursors has to hear.

    `events` are frames in the order of each channel; `resets` are channels whose gap cannot be replayed (fetch that
    thing anew and go on from `heads`); `denied` are channels that the reader may not listen to, or that do not exist.
    """

    events: list[dict[str, Any]] = field(default_factory=list)
    resets: list[str] = field(default_factory=list)
    heads: dict[str, int] = field(default_factory=dict)
    denied: list[str] = field(default_factory=list)


def append(channel: str, type: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Add one event to `channel` and return its frame. Two statements; the channel's head stays locked until commit.

    A transaction that appends to several channels does so in alphabetical order of their names, or two of them may
    deadlock.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "realtime.publish() belongs into the transaction of the change"
        )
    if not is_channel(channel):
        raise ValueError(f"{channel!r} is not the name of a channel")
    with connection.cursor() as cursor:
        cursor.execute(_BUMP, [channel])
        (seq,) = cursor.fetchone()
    plain = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    return frame(ChannelEvent.objects.create(channel=channel, seq=seq, type=type, data=plain))


def frame(event: ChannelEvent) -> dict[str, Any]:
    """Return `event` as sockets and `GET /api/sync` show it."""
    return {
        "t": event.type,
        "ch": event.channel,
        "seq": event.seq,
        "id": str(event.event_id),
        "ts": timestamp(event.created_at),
        "d": event.data,
    }


def timestamp(at: datetime | None = None) -> str:
    """Return `at`, or now, in the form of CONTRACT §1."""
    return f"{at or timezone.now():%Y-%m-%dT%H:%M:%S.%fZ}"


def heads(channels: Iterable[str]) -> dict[str, int]:
    """Return the number of the newest event of each channel, 0 where there was none. One query."""
    names = list(channels)
    known = dict(ChannelHead.objects.filter(channel__in=names).values_list("channel", "seq"))
    return {name: known.get(name, 0) for name in names}


def read(cursors: Mapping[str, int | None]) -> SyncResult:
    """Return what happened after each cursor, without asking who reads. At most two queries.

    A cursor of None means "from now on". A cursor ahead of the log, behind its pruned part, or more than
    MISSED_EVENTS behind is a reset.
    """
    newest = heads(cursors)
    wanted = Q()
    expected: dict[str, int] = {}
    resets: list[str] = []
    for channel, cursor in cursors.items():
        if cursor is None or cursor == newest[channel]:
            continue
        if not 0 <= newest[channel] - cursor <= MISSED_EVENTS:
            resets.append(channel)
            continue
        expected[channel] = newest[channel] - cursor
        wanted |= Q(channel=channel, seq__gt=cursor, seq__lte=newest[channel])
    found: dict[str, list[dict[str, Any]]] = {channel: [] for channel in expected}
    if expected:
        for event in ChannelEvent.objects.filter(wanted).order_by("channel", "seq"):
            found[event.channel].append(frame(event))
    resets += [channel for channel, count in expected.items() if len(found[channel]) != count]
    events = [event for channel in expected if channel not in resets for event in found[channel]]
    return SyncResult(events=events, resets=resets, heads=newest)


def sync(user: Any, cursors: Mapping[str, int | None]) -> SyncResult:
    """Return what `user` missed on the channels they may listen to; the others are named in `denied`.

    The one answer behind a resumed socket, the `sync` frame, polling and the tests' oracle.
    """
    granted, denied = split_by_right(user, cursors)
    result = read({channel: cursors[channel] for channel in granted})
    return SyncResult(events=result.events, resets=result.resets, heads=result.heads, denied=denied)
