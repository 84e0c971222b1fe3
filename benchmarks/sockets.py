"""Measure the sockets of one server process: connecting, delivery, fan-out, a slow query, slow and dead clients.

Run `DATABASE_URL=postgres://… REDIS_URL=redis://… python -m benchmarks.sockets` on an empty, migrated database: it
makes its own people, starts its own server on a free port, and ends it. Exits 1 where a target is missed. The clients
run in this process, on the other core. `--soak` seconds of coming and going (60).
"""

import argparse
import asyncio
import os
import secrets
import signal
import subprocess
import sys
import time
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_platform.settings")
os.environ["RATE_LIMIT_SCALE"] = "100000"
django.setup()

import psycopg  # noqa: E402  settings come first
import uvloop  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import transaction  # noqa: E402

from benchmarks.ports import free_port, wait_for  # noqa: E402
from benchmarks.wire import Wire  # noqa: E402
from community_platform.core import realtime  # noqa: E402
from community_platform.core.realtime.database import in_database  # noqa: E402
from forum.tests.factories import TopicFactory  # noqa: E402
from messaging.models import Conversation  # noqa: E402
from messaging.services import conversations, sending  # noqa: E402
from profiles.models import Profile, User  # noqa: E402
from profiles.services import graph  # noqa: E402

SOCKETS, LISTENERS, ROUNDS, LETTERS, AT_ONCE = 1000, 500, 20, 100, 100
missed: list[str] = []


def report(name: str, value: float, unit: str, target: float, more: str = "") -> None:
    if value >= target:
        missed.append(name)
    sys.stdout.write(f"{name}: {value:.1f} {unit} (target < {target:g}){more}\n")
    sys.stdout.flush()


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def people(number: int = SOCKETS) -> list[tuple[User, str]]:
    """Make people, each with a session, and return them with its key."""
    run = secrets.token_hex(3)
    made = User.objects.bulk_create(
        User(username=f"load{run}{n}", email=f"load{run}{n}@example.com", password="!") for n in range(number)
    )
    Profile.objects.bulk_create(Profile(user=person) for person in made)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    found = []
    for person in made:
        session = store()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        found.append((person, session.session_key))
    return found


def serve(port: int = 0) -> tuple[subprocess.Popen[bytes], int]:
    """Start a server, on a free port unless told which, and return it when it listens."""
    port = port or free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "SITE_URL": f"http://127.0.0.1:{port}", "LOG_LEVEL": "WARNING"},
    )  # fmt: skip
    wait_for(port)
    return server, port


def memory(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def push(channel: str, **data: Any) -> None:
    with transaction.atomic():
        realtime.publish(channel=channel, type="topic:new_post", data=data)


async def main(soak: int) -> None:
    crowd = await in_database(people)
    topic = f"topic.{(await in_database(TopicFactory)).pk}"
    server, port = serve()
    try:
        wires = await connect(port, crowd)
        await letters(wires, crowd)
        await fan_out(wires, topic)
        await beside_a_slow_query(wires, crowd)
        await slow_reader(server.pid, port, crowd[0][1], topic)
        await soaking(server.pid, port, crowd, wires, soak)
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()


def nothing(wire: Wire, frame: dict[str, Any], at: float) -> None:
    """Hear nothing."""


async def connect(port: int, crowd: list[tuple[User, str]]) -> list[Wire]:
    gate, began = asyncio.Semaphore(AT_ONCE), time.perf_counter()

    async def one(n: int) -> Wire:
        async with gate:
            return await Wire.open(port, crowd[n][1], nothing, name=n)

    wires = await asyncio.gather(*(one(n) for n in range(SOCKETS)))
    report(f"connecting {len(wires)} sockets", time.perf_counter() - began, "s", 10)
    return wires


async def letters(wires: list[Wire], crowd: list[tuple[User, str]]) -> None:
    """One to one, by the service, until the other's socket has it; all the other sockets idle."""
    (anna, _key), (boris, _other) = crowd[0], crowd[1]
    await in_database(graph.follow, actor=boris, person=anna)
    talk: Conversation = (await in_database(conversations.open_direct, actor=anna, person=boris))[0]
    times: list[float] = []
    came = asyncio.Event()
    began = 0.0

    def heard(wire: Wire, frame: dict[str, Any], at: float) -> None:
        if frame["t"] == "message:new":
            times.append(1000 * (at - began))
            came.set()

    wires[1].heard = heard
    await wires[1].ask("sub", channels=[f"conv.{talk.pk}"])
    for n in range(LETTERS):
        came.clear()
        began = time.time()
        await in_database(sending.send, actor=anna, conversation=talk, content=f"Letter {n}")
        await asyncio.wait_for(came.wait(), 10)
    wires[1].heard = nothing
    more = f", p50 {quantile(times, 0.5):.1f}, {len(times)} of {LETTERS} delivered"
    report("one to one, p95 from sending to hearing", quantile(times, 0.95), "ms", 100, more)


async def fan_out(wires: list[Wire], topic: str) -> None:
    """An event for LISTENERS sockets: from its row in the log until the last of them has it."""
    last: list[float] = []
    count = total = 0
    done = asyncio.Event()

    def heard(wire: Wire, frame: dict[str, Any], at: float) -> None:
        nonlocal count, total
        count, total = count + 1, total + 1
        if count == LISTENERS:
            last.append(1000 * (at - datetime.fromisoformat(frame["ts"]).timestamp()))
            done.set()

    listeners = wires[:LISTENERS]
    for wire in listeners:
        wire.heard = heard
    await asyncio.gather(*(wire.ask("sub", channels=[topic]) for wire in listeners))
    for n in range(ROUNDS):
        count = 0
        done.clear()
        await in_database(push, topic, i=n)
        await asyncio.wait_for(done.wait(), 15)
        await asyncio.sleep(0.2)
    for wire in listeners:
        wire.heard = nothing
    share = 100 * total / ROUNDS / LISTENERS
    more = f", p50 {quantile(last, 0.5):.1f}, {share:.1f} % delivered"
    report(f"fan-out to {LISTENERS}, p95 of the last", quantile(last, 0.95), "ms", 100, more)
    if share != 100:
        missed.append("fan-out delivered")


async def beside_a_slow_query(wires: list[Wire], crowd: list[tuple[User, str]]) -> None:
    """One socket's frame waits a second for a table that is locked; others are answered meanwhile."""
    times: list[float] = []
    locked = await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"])
    await locked.execute("LOCK TABLE messaging_message IN ACCESS EXCLUSIVE MODE")
    began = time.perf_counter()
    slow = asyncio.create_task(wires[1].ask("read", channel="conv.1", up_to_id=1))
    while time.perf_counter() - began < 1:
        wire = wires[600 + len(times) % 300]
        asked = time.perf_counter()
        await wire.ask("ping")
        times.append(1000 * (time.perf_counter() - asked))
        await asyncio.sleep(0.004)
    if slow.done():
        missed.append("the slow query was not slow")
    await locked.rollback()
    await locked.close()
    await slow
    more = f", p50 {quantile(times, 0.5):.1f}, {len(times)} pings"
    report("others during a 1-s query, p99", quantile(times, 0.99), "ms", 20, more)


async def slow_reader(pid: int, port: int, key: str, topic: str) -> None:
    """A client that reads nothing any more, while 2,000 events of 4 kB come."""
    wire = await Wire.open(port, key, nothing)
    await wire.ask("sub", channels=[topic])
    wire.transport.pause_reading()
    before = memory(pid)
    highest = before
    for n in range(2000):
        await in_database(push, topic, i=n, words="x" * 4000)
        if n % 20 == 0:
            highest = max(highest, memory(pid))
    wire.leave()
    report("memory for a slow reader", highest - before, "MB", 15)


async def soaking(pid: int, port: int, crowd: list[tuple[User, str]], wires: list[Wire], seconds: int) -> None:
    """Sockets come and go, five a second; one says nothing any more and must be let go."""
    silent = await Wire.open(port, crowd[2][1], nothing)
    began = time.perf_counter()

    async def watch() -> float:
        await asyncio.wait_for(asyncio.shield(silent.closed), 90)
        return time.perf_counter() - began

    reaped = asyncio.create_task(watch())
    samples: list[float] = []
    turn = 0
    while (gone := time.perf_counter() - began) < max(seconds, 1) or not reaped.done():
        for _n in range(5):
            n = 100 + turn % 300
            wires[n].leave()
            wires[n] = await Wire.open(port, crowd[n][1], nothing, name=n)
            turn += 1
        for wire in wires[turn % 20 :: 20]:  # each beats every 20 s
            if not wire.closed.done():
                await wire.ask("ping")
        if gone > 5:
            samples.append(memory(pid))
        await asyncio.sleep(1)
    report("a silent client is let go", await reaped, "s", 60, f", close code {silent.closed.result()}")
    third = max(1, len(samples) // 3)
    growth = sum(samples[-third:]) / third - sum(samples[:third]) / third
    report(f"memory growth in {gone:.0f} s of coming and going", growth, "MB", 3, f", at {samples[-1]:.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--soak", type=int, default=60, help="seconds")
    uvloop.run(main(parser.parse_args().soak))
    sys.exit(1 if missed else 0)
