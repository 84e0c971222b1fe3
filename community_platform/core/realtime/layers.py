"""The channel layer of an installation without Redis: one process, any number of threads."""

import asyncio
from typing import Any

from channels.exceptions import ChannelFull
from channels.layers import InMemoryChannelLayer


class LocalChannelLayer(InMemoryChannelLayer):
    """Channels' in-memory layer, safe to send to from any thread and any event loop.

    An asyncio queue filled from a foreign thread does not wake its reader: delivery waits until the reader's loop
    happens to wake for another reason (seconds on an idle site). So every channel remembers the loop that receives
    from it, and a foreign sender hops over. Nothing expires: a channel goes when its receiver is cancelled.
    """

    def __init__(self, **config: Any) -> None:
        super().__init__(**config)
        self._loops: dict[str, asyncio.AbstractEventLoop] = {}

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        home = self._loops.get(channel)
        if home is None or home is asyncio.get_running_loop():
            await super().send(channel, message)
        elif home.is_closed():
            self._forget(channel)
        else:
            hop = asyncio.run_coroutine_threadsafe(super().send(channel, message), home)
            await asyncio.wrap_future(hop)

    async def receive(self, channel: str) -> dict[str, Any]:
        self.require_valid_channel_name(channel)
        self._loops[channel] = asyncio.get_running_loop()
        queue = self.channels.setdefault(channel, asyncio.Queue(maxsize=self.get_capacity(channel)))
        try:
            _, message = await queue.get()
        except asyncio.CancelledError:  # the receiver is leaving for good
            self._forget(channel)
            raise
        return dict(message)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.require_valid_group_name(group)
        for channel in list(self.groups.get(group, ())):
            try:
                await self.send(channel, message)
            except ChannelFull:
                continue  # the event log heals it

    def _forget(self, channel: str) -> None:
        self._loops.pop(channel, None)
        self.channels.pop(channel, None)
        for members in list(self.groups.values()):
            members.pop(channel, None)

    async def flush(self) -> None:
        await super().flush()
        self._loops.clear()
