"""The hub: one subscriber of the channel layer per process, fanning out to the local sockets.

A layer channel per socket costs twenty times the processor time. The hub holds one, keeps a `Room` per channel that
somebody here listens to, and compares the rooms with the log now and then, because layers lose messages silently.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Coroutine, Iterable, Mapping
from contextlib import suppress
from typing import Any

from channels.layers import get_channel_layer

from community_platform.core.realtime import log, rights
from community_platform.core.realtime.connection import Connection
from community_platform.core.realtime.counters import COUNTS
from community_platform.core.realtime.database import in_database
from community_platform.core.realtime.layers import LocalChannelLayer
from community_platform.core.realtime.limits import (
    BREAKER_SECONDS,
    DEGRADED_SECONDS,
    GAP_SECONDS,
    LAYER_SECONDS,
    RECONCILE_SECONDS,
    SOCKETS_PER_USER,
    Close,
)
from community_platform.core.realtime.presence import note_online
from community_platform.core.realtime.rooms import Room, encode

logger = logging.getLogger(__name__)
CONTROL = "hub.control"  # the group that every hub listens to


class Hub:
    """All sockets of one event loop. Every method runs on that loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.layer = get_channel_layer()
        self.rooms: dict[str, Room] = {}
        self.people: defaultdict[int, list[Connection]] = defaultdict(list)  # oldest first
        self.degraded = False
        self._name: str | None = None
        self._joined: set[str] = set()
        self._membership = asyncio.Lock()
        self._echoes: dict[str, asyncio.Event] = {}
        self._broken_until = 0.0
        self._connected = asyncio.Event()
        self._alarm = asyncio.Event()
        self._stopped = False
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        self.spawn(self._pump())
        self.spawn(self._watch())

    async def stop(self) -> None:
        self._stopped = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` beside the hub; it ends with the hub."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # Sockets

    @property
    def connections(self) -> list[Connection]:
        return [connection for sockets in self.people.values() for connection in sockets]

    def admit(self, connection: Connection) -> None:
        """Count a new socket; a person's ninth replaces their first."""
        sockets = self.people[connection.user_id]
        sockets.append(connection)
        for oldest in sockets[:-SOCKETS_PER_USER]:
            oldest.close(Close.REPLACED)
        if len(sockets) == 1:  # the others are renewed by the beat
            self.spawn(in_database(note_online, [connection.user_id]))

    def dismiss(self, connection: Connection) -> None:
        """Forget a socket that has ended."""
        for channel in list(connection.channels):
            self.leave(connection, channel)
        sockets = self.people[connection.user_id]
        sockets.remove(connection)
        if not sockets:
            del self.people[connection.user_id]

    async def enter(self, connection: Connection, channel: str) -> Room:
        """Make `connection` a member of the room, and the process a subscriber of the channel; not yet live.

        When this returns, every event is either in the log already or will come through the layer.
        """
        room = self.rooms.get(channel)
        if room is None:
            room = self.rooms[channel] = Room(channel)
            room.opening = self.spawn(self._open(room))
        room.members.add(connection)
        connection.channels.add(channel)
        if room.opening is not None:
            await asyncio.shield(room.opening)  # others wait for it too
        return room

    def leave(self, connection: Connection, channel: str) -> None:
        connection.channels.discard(channel)
        connection.floors.pop(channel, None)
        room = self.rooms.get(channel)
        if room is None:
            return
        room.live.discard(connection)
        room.members.discard(connection)
        if not room.members:
            del self.rooms[channel]
        if not room.members and not self._stopped:
            self.spawn(self._align(channel))

    async def _open(self, room: Room) -> None:
        if not self.degraded:  # a hub that has just been started
            with suppress(TimeoutError):
                await asyncio.wait_for(self._connected.wait(), LAYER_SECONDS)
        await self._align(room.channel)
        try:
            room.start((await in_database(log.heads, [room.channel]))[room.channel])
        except Exception:
            if self.rooms.get(room.channel) is room:
                del self.rooms[room.channel]
            raise

    # Sending

    async def send(self, group: str, message: dict[str, Any]) -> None:
        """Send to all hubs; when the layer fails, at least to the sockets of this process. Never raises."""
        if time.monotonic() < self._broken_until or not await self._ask(
            self.layer.group_send(group, message)
        ):
            self.handle(message)

    async def _ask(self, call: Awaitable[Any]) -> bool:
        """Await one bounded call to the layer and tell whether it worked."""
        try:
            await asyncio.wait_for(call, LAYER_SECONDS)
        except Exception as error:  # redis, timeouts, protocol errors: all mean "not now"
            self._broken_until = time.monotonic() + BREAKER_SECONDS
            self._note_failure(error)
            return False
        self._broken_until = 0.0
        return True

    def _note_failure(self, error: Exception) -> None:
        logger.warning("channel layer: %s %s", type(error).__name__, error)
        self.degraded = True
        COUNTS.layer_failures += 1
        self._alarm.set()

    # Receiving

    def handle(self, message: dict[str, Any]) -> None:
        """Act on one message of the layer. Runs on the loop between other work: never waits, never queries."""
        kind = message["type"]
        if kind == "hub.event":
            room = self.rooms.get(message["ch"])
            if room is not None and room.hear(message["seq"], message["text"]):
                self._fill_soon(room)
        elif kind == "hub.ephemeral":
            if (room := self.rooms.get(message["ch"])) is not None:
                room.hear_ephemeral(message["text"])
        elif kind == "hub.echo":
            if message["hub"] == self._name and (heard := self._echoes.get(message["group"])) is not None:
                heard.set()
        elif kind == "hub.probe":
            COUNTS.layer_ms = round(1000 * (time.monotonic() - message["at"]), 1)
        else:
            self._control(kind, message)

    def _control(self, kind: str, message: dict[str, Any]) -> None:
        if kind == "hub.end_session":
            for connection in self.connections:
                if connection.session == message["session"]:
                    connection.close(Close.SESSION_ENDED)
        elif kind == "hub.disconnect":
            for connection in self.people.get(message["user"], ()):
                connection.close(message["code"])
        elif kind == "hub.revoke":
            for connection in list(self.people.get(message["user"], ())):
                self._revoke(connection, message["ch"])
        elif kind == "hub.recheck":
            self.spawn(self._recheck(message))

    async def _recheck(self, message: dict[str, Any]) -> None:
        asked: defaultdict[int, set[str]] = defaultdict(set)
        for connection in self.connections:
            if message["user"] in {None, connection.user_id}:
                asked[connection.user_id].update(
                    name
                    for name in connection.channels
                    if rights.matches(name, channel=message["ch"], kind=message["kind"])
                )
        self.revoke_all(await in_database(rights.denied, asked))

    def revoke_all(self, denied: Mapping[int, Iterable[str]]) -> None:
        """Stop each person's channels on all their sockets here."""
        for user_id, names in denied.items():
            for connection in list(self.people.get(user_id, ())):
                for name in names:
                    self._revoke(connection, name)

    def _revoke(self, connection: Connection, channel: str) -> None:
        if channel in connection.channels:
            self.leave(connection, channel)
            connection.offer(encode({"t": "unsubscribed", "ch": channel, "d": {}}))

    async def _pump(self) -> None:
        while True:
            if self._name is None and not await self._connect():
                await asyncio.sleep(DEGRADED_SECONDS)
                continue
            try:
                message = await self.layer.receive(self._name)
                self.handle(message)
            except Exception:
                logger.exception("hub: a message could not be handled")
                await asyncio.sleep(GAP_SECONDS)

    async def _connect(self) -> bool:
        try:
            self._name = await asyncio.wait_for(self.layer.new_channel("hub."), LAYER_SECONDS)
        except Exception as error:
            self._note_failure(error)
            return False
        self._connected.set()
        self.spawn(self._catch_up())  # beside the pump, which must carry the echoes
        return True

    async def _catch_up(self) -> None:
        await self._align_all()
        await self.reconcile()

    async def _align_all(self) -> None:
        for group in (CONTROL, *self.rooms):
            await self._align(group)

    async def _align(self, group: str) -> None:
        """Make the layer's subscription equal to what this process needs. Idempotent; retried by `_watch`."""
        async with self._membership:
            needed = group in self.rooms or group == CONTROL
            idle = self._name is None or needed == (group in self._joined)
            if idle or time.monotonic() < self._broken_until:
                return
            if not needed:
                self._joined.discard(group)
                await self._ask(self.layer.group_discard(group, self._name))
            elif await self._ask(self.layer.group_add(group, self._name)) and await self._ask(
                self._echo(group)
            ):
                self._joined.add(group)

    async def _echo(self, group: str) -> None:
        """Wait until a message to `group` comes back: Redis acknowledges a subscription some time after it was sent."""
        if isinstance(self.layer, LocalChannelLayer):
            return
        heard = self._echoes[group] = asyncio.Event()
        try:
            while not heard.is_set():
                await self.layer.group_send(group, {"type": "hub.echo", "group": group, "hub": self._name})
                with suppress(TimeoutError):
                    await asyncio.wait_for(heard.wait(), GAP_SECONDS)
        finally:
            del self._echoes[group]

    # Healing

    async def _watch(self) -> None:
        """Probe the layer and compare the rooms with the log: often while the layer is down, else every 10 s."""
        while True:
            if self.degraded:
                await asyncio.sleep(DEGRADED_SECONDS)
            else:
                self._alarm.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._alarm.wait(), RECONCILE_SECONDS)
            try:
                if self._name is not None and await self._ask(
                    self.layer.send(self._name, {"type": "hub.probe", "at": time.monotonic()})
                ):
                    await self._align_all()
                    self.degraded = not self._joined.issuperset((CONTROL, *self.rooms))
                await self.reconcile()
            except Exception:
                logger.exception("hub: the watch failed")

    async def reconcile(self) -> None:
        """Deliver what the layer lost. One query, plus one for each room that is behind."""
        if not self.rooms:
            return
        for channel, head in (await in_database(log.heads, list(self.rooms))).items():
            self.expect(channel, head)

    def expect(self, channel: str, head: int) -> None:
        """Note that `channel` has reached `head`; a room that is behind is filled from the log."""
        room = self.rooms.get(channel)
        if room is not None and room.delivered is not None and room.delivered < head:
            self._fill_soon(room)

    def _fill_soon(self, room: Room) -> None:
        if not room.filling:
            room.filling = True
            self.spawn(self._fill(room))

    async def _fill(self, room: Room) -> None:
        try:
            await asyncio.sleep(GAP_SECONDS)  # two writers' pushes may merely have swapped
            missed = await in_database(log.read, {room.channel: room.delivered or 0})
            head = missed.heads[room.channel]
            if missed.resets and head > (room.delivered or 0):
                room.skip_to(head)
            for event in missed.events:
                room.hear(event["seq"], encode(event))
                if event["seq"] % 32 == 0:
                    await asyncio.sleep(0)  # let the writers empty their queues
        except Exception:
            logger.exception("hub: the gap in %s could not be read", room.channel)
        finally:
            room.filling = False
