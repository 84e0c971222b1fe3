"""A person leaves the log of channel events: their own channel, and their name in the events of others."""

import json
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from community_platform.core.models import ChannelEvent, SocketTicket
from community_platform.core.realtime.channels import user_channel

CHUNK = 200


def forget_person(user_id: int, *, names: dict[str, str]) -> int:
    """Delete what was told to the person, and write other names into what others were told; return how many rows.

    `names` maps what they were called to what they are called now: it is replaced where an event names this very
    person (an object with their `id`), so that a common first name elsewhere stays. Numbers of events stay: cursors
    hold. Reads the log of a month; for background work.
    """
    SocketTicket.objects.filter(user_id=user_id).delete()
    changed, _rows = ChannelEvent.objects.filter(channel=user_channel(user_id)).delete()
    names = {old: new for old, new in names.items() if old}
    says = Q()
    for old in names:
        for form in {json.dumps(old)[1:-1], json.dumps(old, ensure_ascii=False)[1:-1]}:
            says |= Q(_words__contains=form)
    if not says:
        return changed
    for event in ChannelEvent.objects.annotate(_words=Cast("data", TextField())).filter(says).iterator(CHUNK):
        if _names_person(event.data, user_id):
            event.data = _renamed(event.data, names)
            event.save(update_fields=["data"])
            changed += 1
    return changed


def _names_person(data: Any, user_id: int) -> bool:
    if isinstance(data, dict):
        is_person = data.get("id") == user_id and "username" in data
        return is_person or any(_names_person(part, user_id) for part in data.values())
    return isinstance(data, list) and any(_names_person(part, user_id) for part in data)


def _renamed(data: Any, names: dict[str, str]) -> Any:
    if isinstance(data, dict):
        return {key: _renamed(part, names) for key, part in data.items()}
    if isinstance(data, list):
        return [_renamed(part, names) for part in data]
    if isinstance(data, str):
        for old, new in names.items():
            data = data.replace(old, new)
    return data
