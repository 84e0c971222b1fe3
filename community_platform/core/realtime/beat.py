"""Every few seconds: who is here is renewed for all processes, and how this process does."""

import asyncio
import logging

from community_platform.core.realtime import counters
from community_platform.core.realtime.database import in_database
from community_platform.core.realtime.hub import Hub
from community_platform.core.realtime.limits import BEAT_SECONDS
from community_platform.core.realtime.presence import note_online

logger = logging.getLogger(__name__)


async def beat_forever(hub: Hub) -> None:
    """Renew the keys of everybody here, and say how this process does."""
    while True:
        started = hub.loop.time()
        await asyncio.sleep(BEAT_SECONDS)
        counters.COUNTS.lag_ms = round(1000 * max(0.0, hub.loop.time() - started - BEAT_SECONDS), 1)
        try:
            await beat(hub)
        except Exception:
            logger.exception("hub: the beat failed")


async def beat(hub: Hub) -> None:
    state = counters.snapshot(hub)
    people = list(hub.people)
    await in_database(note_online, people)
    await in_database(counters.tell, state)
