"""The export over the API: for administrators, in pieces, whole; and the way to it in the admin."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from community_platform.core import streaming
from community_platform.core.permissions import SYSTEM
from community_platform.core.streaming import in_thread
from forum.services.transfer.export import export_lines
from forum.tests.factories import TopicFactory, reply
from profiles.models import User


@pytest.mark.django_db(transaction=True)
def test_administrators_take_the_forum_out(as_api: Callable[..., Any], admin: User) -> None:
    topic = TopicFactory(title="Почему так?")
    for n in range(5):
        reply(topic, content=f"Ответ {n} " * 20)
    answer = as_api(admin).get("/api/forum/export")
    assert isinstance(answer, StreamingHttpResponse)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/x-ndjson; charset=utf-8")
    assert answer["Content-Disposition"].startswith('attachment; filename="forum-')
    assert answer["Cache-Control"] == "private, no-store"
    body = b"".join(answer).decode()
    assert body == "".join(export_lines(actor=SYSTEM))
    told = [json.loads(line) for line in body.splitlines()]
    assert [one["type"] for one in told if one["type"] not in {"user", "category"}] == [
        "forum",
        "topic",
        *["post"] * 6,
    ]
    with_emails = b"".join(
        as_api(admin).get("/api/forum/export?emails=1", headers={"Accept": "application/x-ndjson"})
    )
    assert b"@example.com" in with_emails


@pytest.mark.django_db(transaction=True)
async def test_a_server_sends_it_in_pieces(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "PIECE", 50)
    client = AsyncClient()
    await client.aforce_login(admin, backend="profiles.backends.AccountBackend")
    answer = await client.get("/api/forum/export")
    pieces = [piece async for piece in answer]
    assert b"".join(pieces).startswith(b'{"type":"forum"')


@pytest.mark.django_db
def test_nobody_else_does(as_api: Callable[..., Any], anna: User, irina: User, maxim: User) -> None:
    for person in (anna, irina, maxim):
        assert as_api(person).get("/api/forum/export").status_code == 403
    assert as_api().get("/api/forum/export").status_code == 401


def test_a_reader_that_goes_away_ends_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "PIECE", 1)
    made: list[int] = []
    ended: list[bool] = []

    def lines() -> Iterator[str]:
        try:
            for n in range(1000):
                made.append(n)
                yield f"{n}\n"
        finally:
            ended.append(True)

    async def read_two() -> list[bytes]:
        pieces: AsyncIterator[bytes] = in_thread(lines())
        read = [await anext(pieces), await anext(pieces)]
        await pieces.aclose()  # type: ignore[attr-defined]
        return read

    with ThreadPoolExecutor(1) as pool:  # a browser test before may have left its loop on this thread
        assert pool.submit(asyncio.run, read_two()).result() == [b"0\n", b"1\n"]
    assert (made, ended) == ([0, 1], [True])


@pytest.mark.django_db
def test_the_admin_leads_to_it(as_html: Callable[..., Client], admin: User, maxim: User) -> None:
    User.objects.filter(pk__in=[admin.pk, maxim.pk]).update(is_staff=True)
    page = as_html(admin).get("/admin/forum/topic/").content.decode()
    assert "/admin/forum/topic/export" in page
    answer = as_html(admin).get("/admin/forum/topic/export/")
    assert answer["Location"].endswith("/api/forum/export")
    assert "/admin/forum/topic/export" not in as_html(maxim).get("/admin/forum/topic/").content.decode()
    assert as_html(maxim).get("/admin/forum/topic/export/").status_code == 403
