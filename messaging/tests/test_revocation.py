"""What ends a right ends it on open sockets: at once by the signal, within a minute where the signal is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from community_platform.core import realtime
from community_platform.core.permissions import SYSTEM
from community_platform.core.realtime import limits, process
from community_platform.core.realtime.sweep import recheck, sweep
from messaging.services import conversations, members, sending
from profiles.services.penalties import penalise
from profiles.services.tokens import create_sign_in_token, revoke_token
from tests.core.realtime_client import Client, in_test, run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def group(anna, boris):
    return conversations.create_group(actor=anna, people=[boris], title="Group")


@pytest.fixture(params=["heard", "lost"])
def signal(request, monkeypatch):
    """Return whether signals of control reach the hub; the log of events goes on in both."""
    if request.param == "lost":
        sending_on = process.send
        monkeypatch.setattr(
            process,
            "send",
            lambda group, message: None if group == "hub.control" else sending_on(group, message),
        )
    return request.param == "heard"


async def a_minute_later(is_heard):
    if not is_heard:
        await sweep(process.hub())
        await recheck(process.hub())


def test_a_lost_signal_is_made_up_for_within_a_minute():
    assert limits.SWEEP_SECONDS <= 45  # and the sweep itself takes a while


@pytest.mark.parametrize("how", ["removed", "leaves"])
def test_who_is_out_of_a_group_hears_nothing_more(anna, boris, group, signal, how):
    client, channel = Client(boris), f"conv.{group.pk}"

    async def scenario():
        await client.open()
        assert (await client.ask("sub", channels=[channel]))["d"]["granted"] == [channel]
        if how == "removed":
            await in_test(members.remove_person, actor=anna, conversation=group, person=boris)
        else:
            await in_test(members.leave, actor=boris, conversation=group)
        await a_minute_later(signal)
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["t"] != "unsubscribed":
            heard.append(await client.next())
        await in_test(sending.send, actor=anna, conversation=group, content="Among us")
        assert (await client.ask("ping"))["t"] == "ack"  # and nothing before it
        assert not any(
            frame["t"] == "message:new" and frame["d"]["message"]["kind"] == "text" for frame in heard
        )
        await client.leave()

    run(scenario)


@pytest.mark.parametrize(("how", "code"), [("signs out", 4401), ("suspended", 4403), ("password", 4401)])
def test_the_end_of_a_sign_in_and_a_suspension_close_the_socket(boris, signal, how, code):
    client = Client(boris)

    def end():
        if how == "signs out":
            Session.objects.filter(session_key=client.session).delete()
            realtime.end_session(client.session)
        elif how == "password":
            boris.set_password("another-correct-horse")
            boris.save()
            realtime.disconnect_user(boris.pk, 4401)
        else:
            until = timezone.now() + timedelta(days=1)
            penalise(actor=SYSTEM, user=boris, kind="suspension", reason="Rude", until=until)

    async def scenario():
        await client.open()
        await in_test(end)
        await a_minute_later(signal)
        assert await client.close_code() == code

    run(scenario)


def test_a_socket_of_a_ticket_ends_with_the_token_it_was_made_with(boris, signal):
    token, _key = create_sign_in_token(account=boris)
    ticket, _expires = realtime.issue_ticket(actor=boris, sign_in=token.digest)
    client = Client(path=f"/ws/?ticket={ticket}", headers={"host": "testserver"})

    async def scenario():
        await client.open()
        await a_minute_later(is_heard=False)
        assert (await client.ask("ping"))["t"] == "ack"
        await in_test(revoke_token, actor=boris, token=token)
        await a_minute_later(signal)
        assert await client.close_code() == 4401

    run(scenario)
