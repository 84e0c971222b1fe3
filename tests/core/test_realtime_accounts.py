"""Who may open a socket, and what closes it."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from community_platform.core import realtime
from community_platform.core.errors import NotSignedIn
from community_platform.core.models import SocketTicket
from community_platform.core.realtime import accounts, channels, process
from community_platform.core.realtime.sweep import sweep
from profiles.services.tokens import create_sign_in_token
from tests.core.realtime_client import HOST, Client, in_test, publish, run, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _open_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(channels._kinds, "topic", lambda user, pk: True)


def refusal(client: Client) -> int:
    return run(client.refusal)


# The handshake


def test_a_visitor_without_credentials_is_refused_with_4401() -> None:
    assert refusal(Client()) == 4401
    assert refusal(Client(headers={"host": HOST})) == 4401


@pytest.mark.parametrize("path", ["/ws", "/ws/other/", "/nowhere/"])
def test_another_address_is_refused_without_an_error(anna: Any, path: str) -> None:
    client = Client(anna, path=path)

    async def scenario() -> Any:
        wire = ApplicationCommunicator(client._application, client.scope)
        await wire.send_input({"type": "websocket.connect"})
        return await wire.receive_output()

    assert run(scenario)["type"] == "websocket.close"


def test_an_unknown_session_is_refused_with_4401() -> None:
    assert refusal(Client(session="x" * 32)) == 4401


def test_an_expired_session_is_refused_with_4401(anna: Any) -> None:
    client = Client(anna)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert refusal(client) == 4401


def test_a_session_from_before_the_password_changed_is_refused_with_4401(anna: Any) -> None:
    client = Client(anna)
    anna.set_password("another-correct-horse")
    anna.save()
    assert refusal(client) == 4401


def test_an_unknown_subprotocol_is_refused_with_4406(anna: Any) -> None:
    assert refusal(Client(anna, subprotocols=["community.v9"])) == 4406


def test_the_subprotocol_is_confirmed_and_may_be_left_out(anna: Any) -> None:
    named, unnamed = Client(anna, subprotocols=["other", "community.v1"]), Client(anna, subprotocols=[])

    async def scenario() -> None:
        await named.open()
        await unnamed.open()
        assert (named.protocol, unnamed.protocol) == ("community.v1", None)
        await named.leave()
        await unnamed.leave()

    run(scenario)


def test_a_deactivated_account_is_refused_with_4403(anna: Any) -> None:
    client = Client(anna)
    anna.is_active = False
    anna.save()
    assert refusal(client) == 4403


def test_an_account_that_an_app_bars_is_refused_with_4403(anna: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "_barred", [])
    realtime.register_barred(lambda ids: {anna.pk} & set(ids))
    assert refusal(Client(anna)) == 4403


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://testserver", True),
        ("http://TESTSERVER", True),
        ("http://testserver:80", True),
        ("http://testserver:8000", False),
        ("http://testserver.evil.example", False),
        ("http://eviltestserver", False),
        ("http://testserver@evil.example", False),
        ("http://evil.example/testserver", False),
        ("http://testserver/", False),
        ("ftp://testserver", False),
        ("http://testserver:99999", False),
        ("http://[", False),
        ("null", False),
        ("", False),
    ],
)
def test_without_a_list_the_origin_must_be_the_host_itself(anna: Any, origin: str, allowed: bool) -> None:
    assert accounts.is_allowed_origin(origin, HOST) is allowed
    if not allowed:
        assert refusal(Client(anna, headers={"host": HOST, "origin": origin})) == 4403


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://school.example", True),
        ("https://school.example:443", True),
        ("http://school.example", False),
        ("https://school.example:8443", False),
        ("https://testserver", False),
        ("https://www.school.example", False),
    ],
)
def test_with_a_list_the_origin_must_be_on_it(settings: Any, origin: str, allowed: bool) -> None:
    settings.WEBSOCKET_ORIGINS = ["https://school.example"]
    assert accounts.is_allowed_origin(origin, HOST) is allowed


def test_a_cookie_without_an_origin_is_refused(anna: Any) -> None:
    assert refusal(Client(anna, headers={"host": HOST})) == 4403


# Tickets


def test_a_ticket_opens_one_socket_without_cookie_or_origin(anna: Any) -> None:
    ticket, expires_at = realtime.issue_ticket(actor=anna)
    assert expires_at <= timezone.now() + timedelta(seconds=30)
    assert not SocketTicket.objects.filter(digest=ticket).exists()  # only its digest is kept
    first = Client(path=f"/ws/?ticket={ticket}", headers={})

    async def scenario() -> None:
        assert (await first.open())["user_id"] == anna.pk
        await first.leave()

    run(scenario)
    assert refusal(Client(path=f"/ws/?ticket={ticket}", headers={})) == 4401


@pytest.mark.parametrize("sign_in", ["token", "session"])
def test_signing_out_closes_the_sockets_of_its_tickets_and_no_other(anna: Any, sign_in: str) -> None:
    clients = [APIClient(), APIClient()]
    for client in clients:
        if sign_in == "token":
            client.credentials(HTTP_AUTHORIZATION=f"Token {create_sign_in_token(account=anna)[1]}")
        else:
            client.force_login(anna, backend="profiles.backends.AccountBackend")
    tickets = [client.post("/api/ws-ticket").json()["ticket"] for client in clients]
    ended, other = (Client(path=f"/ws/?ticket={ticket}", headers={}) for ticket in tickets)
    unused = clients[0].post("/api/ws-ticket").json()["ticket"]

    def sign_out() -> None:
        if sign_in == "token":
            assert clients[0].delete("/api/auth/token").status_code == 204
        else:
            clients[0].logout()

    async def scenario() -> int:
        await ended.open()
        await other.open()
        await in_test(sign_out)
        code = await ended.close_code()
        assert (await other.ask("ping"))["t"] == "ack"
        await other.leave()
        return code

    assert run(scenario) == 4401
    assert refusal(Client(path=f"/ws/?ticket={unused}", headers={})) == 4401


def test_an_expired_or_invented_ticket_is_refused(anna: Any) -> None:
    ticket, _ = realtime.issue_ticket(actor=anna)
    SocketTicket.objects.update(expires_at=timezone.now())
    assert refusal(Client(path=f"/ws/?ticket={ticket}", headers={})) == 4401
    assert refusal(Client(path="/ws/?ticket=invented", headers={})) == 4401


def test_visitors_get_no_ticket() -> None:
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(NotSignedIn):
        realtime.issue_ticket(actor=AnonymousUser())


# Open sockets


def test_ending_a_session_closes_its_sockets_and_no_other(anna: Any) -> None:
    here, there = Client(anna), Client(anna)

    async def scenario() -> None:
        await here.open()
        await there.open()
        await in_test(realtime.end_session, here.session)
        assert await here.close_code() == 4401
        assert (await there.ask("ping"))["t"] == "ack"
        await there.leave()

    run(scenario)


def test_disconnecting_a_person_waits_for_the_commit(anna: Any, boris: Any) -> None:
    client, other = Client(anna), Client(boris)

    def suspend(fail: bool) -> None:
        with transaction.atomic():
            realtime.disconnect_user(anna.pk)
            if fail:
                transaction.set_rollback(True)

    async def scenario() -> None:
        await client.open()
        await other.open()
        await in_test(suspend, True)
        assert (await client.ask("ping"))["t"] == "ack"
        await in_test(suspend, False)
        assert await client.close_code() == 4403
        assert (await other.ask("ping"))["t"] == "ack"
        await other.leave()

    run(scenario)


def test_a_revoked_channel_is_silent_at_once(anna: Any) -> None:
    client = Client(anna)

    def revoke_and_publish() -> None:
        realtime.revoke("topic.1", anna.pk)
        publish("topic.1")
        publish("topic.2")

    async def scenario() -> None:
        await client.open()
        await client.ask("sub", channels=["topic.1", "topic.2"])
        await in_test(revoke_and_publish)
        assert await client.next() == {"t": "unsubscribed", "ch": "topic.1", "d": {}}
        assert (await client.next())["ch"] == "topic.2"
        await client.leave()

    run(scenario)


def test_the_ninth_socket_replaces_the_first(anna: Any) -> None:
    clients = [Client(anna) for _ in range(9)]

    async def scenario() -> None:
        for client in clients:
            await client.open()
        assert await clients[0].close_code() == 4409
        for client in clients[1:]:
            assert (await client.ask("ping"))["t"] == "ack"
            await client.leave()

    run(scenario)


def test_the_sweep_closes_what_lost_its_reason(make_user: Any) -> None:
    """In case the message that said so was lost."""
    people = [make_user(name) for name in ("logged-out", "changed", "inactive", "fine")]
    clients = [Client(person) for person in people]

    def change() -> None:
        Session.objects.filter(session_key=clients[0].session).delete()
        people[1].set_password("another-correct-horse")
        people[1].save()
        people[2].is_active = False
        people[2].save()

    async def scenario() -> None:
        for client in clients:
            await client.open()
        await in_test(change)
        await sweep(process.hub())
        assert [await client.close_code() for client in clients[:3]] == [4401, 4401, 4403]
        assert (await clients[3].ask("ping"))["t"] == "ack"
        await clients[3].leave()

    run(scenario)


def test_a_closed_socket_leaves_nothing_behind(anna: Any) -> None:
    client = Client(anna)

    async def scenario() -> None:
        await client.open()
        await client.ask("sub", channels=["topic.1"])
        await client.leave()
        hub = process.hub()
        assert (dict(hub.people), hub.rooms) == ({}, {})

    run(scenario)


# API


def test_the_api_gives_a_ticket(anna: Any, as_api: Any) -> None:
    response = as_api(anna).post("/api/ws-ticket")
    assert response.status_code == 201
    assert set(response.json()) == {"ticket", "expires_at"}
    assert accounts.account_of_ticket(response.json()["ticket"]).user_id == anna.pk
    assert as_api().post("/api/ws-ticket").status_code == 401


@pytest.mark.parametrize(
    "cursors",
    ["", "{", "[]", "5", '{"topic.1": -1}', '{"topic.1": "1"}', '{"topic.1": null}', '{"x": 1}', "[" * 9999],
)
def test_malformed_cursors_are_400(as_api: Any, cursors: str) -> None:
    response = as_api().get("/api/sync", {"cursors": cursors})
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "cursors"


def test_visitors_may_poll_what_they_may_see(as_api: Any, anna: Any) -> None:
    publish("topic.1", 2)
    publish(f"user.{anna.pk}")
    response = as_api().get("/api/sync", {"cursors": f'{{"topic.1": 1, "user.{anna.pk}": 0}}'})
    assert [event["seq"] for event in response.json()["events"]] == [2]
    assert response.json()["heads"] == {"topic.1": 2}


def test_a_session_key_is_stored_nowhere_in_messages(anna: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(process, "send", lambda group, message: sent.append(message))
    key = signed_in(anna)
    realtime.end_session(key)
    assert sent
    assert key not in str(sent)
