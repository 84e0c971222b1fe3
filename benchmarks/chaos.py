"""Chat of 50 pairs while all fails: a server is killed, Redis restarts, one frame in ten is lost, a client sleeps.

Run `DATABASE_URL=postgres://… python -m benchmarks.chaos` on a migrated database that may be written to; it starts its
own Redis and its own two servers on free ports, and ends them. Exits 1 unless each client ends with exactly what the
database holds, nothing lost and nothing twice. `--seconds` of chat (30).
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from typing import Any

from benchmarks.ports import free_port, wait_for

REDIS_PORT = free_port()
os.environ["REDIS_URL"] = f"redis://127.0.0.1:{REDIS_PORT}/0"

from benchmarks import sockets  # noqa: E402  reads the address of Redis
from benchmarks.wire import Wire  # noqa: E402
from community_platform.core.realtime.database import in_database  # noqa: E402
from messaging.models import Message  # noqa: E402
from messaging.services import conversations, sending  # noqa: E402
from profiles.services import graph  # noqa: E402

PAIRS, LOSS = 50, 0.1


class Client:
    """What the page does: apply by number, ask for what is missing, come back after every loss."""

    def __init__(self, key: str, channel: str, ports: list[int]) -> None:
        self.key, self.channel, self.ports = key, channel, ports
        self.cursor = 0
        self.shown: list[int] = []  # ids of messages, in the order in which they were shown
        self.wire: Wire | None = None
        self.asleep = False
        self.returns = -1
        self._asking: asyncio.Task[None] | None = None

    def hear(self, wire: Wire, frame: dict[str, Any], at: float) -> None:
        if frame["ch"] != self.channel or "seq" not in frame:
            return
        if frame["seq"] == self.cursor + 1:
            self.apply(frame)
        elif frame["seq"] > self.cursor and (self._asking is None or self._asking.done()):
            self._asking = asyncio.ensure_future(self.catch_up())

    def apply(self, frame: dict[str, Any]) -> None:
        if frame["seq"] <= self.cursor:
            return
        self.cursor = frame["seq"]
        if frame["t"] == "message:new":
            self.shown.append(frame["d"]["message"]["id"])

    async def catch_up(self) -> None:
        with suppress(ConnectionError, TimeoutError):
            if self.wire is not None:
                for event in (await self.wire.ask("sync", cursors={self.channel: self.cursor}))["events"]:
                    self.apply(event)

    async def live(self) -> None:
        """Keep a socket open, beating every 5 s, until the task is cancelled."""
        while True:
            if self.asleep:
                await asyncio.sleep(0.2)
                continue
            try:
                self.returns += 1
                port = random.choice(self.ports)
                self.wire = await Wire.open(port, self.key, self.hear, loses=lambda: random.random() < LOSS)
                await self.wire.ask("sub", channels=[self.channel], cursors={self.channel: self.cursor})
                while not self.asleep and not self.wire.closed.done():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(asyncio.shield(self.wire.closed), 5)
                    if not self.wire.closed.done():
                        heads = (await self.wire.ask("ping"))["heads"]
                        if heads.get(self.channel, 0) > self.cursor:
                            await self.catch_up()
                self.wire.leave()
            except (ConnectionError, TimeoutError, OSError):
                await asyncio.sleep(0.2 + random.random())


def redis() -> subprocess.Popen[bytes]:
    command = [
        "redis-server",
        "--port",
        str(REDIS_PORT),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    wait_for(REDIS_PORT)
    return process


async def chat(pairs: list[tuple[Any, Any, Any]], until: float) -> int:
    """Let both people of each pair write, a fifth of it sent twice, as after a lost answer; return how much."""
    sent = 0
    while time.monotonic() < until:
        anna, boris, talk = random.choice(pairs)
        key, actor = uuid.uuid4(), random.choice((anna, boris))
        for _n in range(2 if random.random() < 0.2 else 1):
            await in_database(
                sending.send, actor=actor, conversation=talk, content=f"Line {sent}", client_id=key
            )
        sent += 1
    return sent


async def trouble(servers: list[Any], clients: list[Client], broker: list[Any], seconds: float) -> None:
    part = seconds / 5
    await asyncio.sleep(part)
    clients[0].asleep = True
    servers[0][0].kill()
    servers[0][0].wait()
    await asyncio.sleep(part)
    servers[0] = await asyncio.to_thread(sockets.serve, servers[0][1])
    broker[0].terminate()
    broker[0].wait()
    await asyncio.sleep(part / 2)
    broker[0] = await asyncio.to_thread(redis)
    await asyncio.sleep(part)
    clients[0].asleep = False


async def main(seconds: int) -> int:
    crowd = await in_database(sockets.people, 2 * PAIRS)
    pairs = []
    for (anna, _key), (boris, _other) in zip(crowd[::2], crowd[1::2], strict=True):
        await in_database(graph.follow, actor=boris, person=anna)
        talk, _new = await in_database(conversations.open_direct, actor=anna, person=boris)
        pairs.append((anna, boris, talk))
    broker = [redis()]
    servers = [sockets.serve(), sockets.serve()]
    try:
        ports = [port for _server, port in servers]
        clients = [
            Client(key, f"conv.{pairs[n // 2][2].pk}", ports) for n, (_person, key) in enumerate(crowd)
        ]
        lives = [asyncio.create_task(client.live()) for client in clients]
        await asyncio.sleep(2)
        writing = asyncio.create_task(chat(pairs, time.monotonic() + seconds))
        await trouble(servers, clients, broker, seconds)
        sent = await asyncio.wait_for(writing, seconds + 60)
        await asyncio.sleep(12)  # two beats
        for task in lives:
            task.cancel()
    finally:
        for process in (*(server for server, _port in servers), broker[0]):
            process.kill()
            process.wait()
    lost = twice = 0
    for n, client in enumerate(clients):
        talk = pairs[n // 2][2]
        held = await in_database(
            lambda pk: list(
                Message.objects.filter(conversation=pk).order_by("seq").values_list("pk", flat=True)
            ),
            talk.pk,
        )
        lost += len(set(held) - set(client.shown))
        twice += len(client.shown) - len(set(client.shown))
        if sorted(client.shown) != client.shown or set(client.shown) - set(held):
            twice += 1
    rows = await in_database(
        lambda: Message.objects.filter(conversation__in=[talk.pk for *_people, talk in pairs]).count()
    )
    sys.stdout.write(
        f"{sent} messages sent, {rows} rows; {len(clients)} clients came back {sum(c.returns for c in clients)} times; "
        f"lost {lost}, twice {twice}\n"
    )
    return 0 if (lost, twice, rows) == (0, 0, sent) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=30)
    sys.exit(asyncio.run(main(parser.parse_args().seconds)))
