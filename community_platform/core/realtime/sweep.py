"""Again and again: close the sockets whose reason to be open has gone, in case the message that said so was lost."""

import asyncio
import logging

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from community_platform.core.realtime import rights
from community_platform.core.realtime.accounts import barred_ids, ended_sign_ins
from community_platform.core.realtime.channels import user_channel
from community_platform.core.realtime.connection import Connection
from community_platform.core.realtime.database import in_database
from community_platform.core.realtime.hub import Hub
from community_platform.core.realtime.limits import SWEEP_SECONDS, Close

PIECE = 50  # people
logger = logging.getLogger(__name__)


async def sweep_forever(hub: Hub) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await sweep(hub)
            await recheck(hub)
        except Exception:
            logger.exception("hub: the sweep failed")


async def sweep(hub: Hub) -> None:
    """Close sockets of ended sessions, changed passwords and barred accounts. A fixed number of queries."""
    connections = hub.connections
    if not connections:
        return
    barred, hashes, sessions, ended = await in_database(_standing, connections)
    for connection in connections:
        if connection.user_id in barred:
            connection.close(Close.REFUSED)
        elif connection.session in ended or (
            connection.session_key
            and (
                connection.session_key not in sessions or connection.auth_hash != hashes.get(connection.user_id)
            )
        ):
            connection.close(Close.SESSION_ENDED)


async def recheck(hub: Hub) -> None:
    """Stop the channels that people may not hear any more. A query or two for each person and channel."""
    asked = {
        pk: {name for one in sockets for name in one.channels} - {user_channel(pk)}
        for pk, sockets in hub.people.items()
    }
    people = [pk for pk, names in asked.items() if names]
    for start in range(0, len(people), PIECE):
        piece = {pk: asked[pk] for pk in people[start : start + PIECE]}
        hub.revoke_all(await in_database(rights.denied, piece))


def _standing(connections: list[Connection]) -> tuple[set[int], dict[int, str], set[str], set[str]]:
    """Return (barred user ids, session hash by user id, session keys that still hold, ended sign-ins of tickets)."""
    ids = {connection.user_id for connection in connections}
    keys = {connection.session_key for connection in connections if connection.session_key}
    users = get_user_model().objects.filter(pk__in=ids)
    hashes = {user.pk: user.get_session_auth_hash() for user in users}
    good = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    tickets = {(one.user_id, one.session) for one in connections if one.session and not one.session_key}
    ended = ended_sign_ins(tickets) if tickets else set()
    return barred_ids(ids), hashes, set(good.values_list("session_key", flat=True)), ended
