"""The outbox: once for each cause, asked again before it leaves, and safe with many workers or a dying one."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, connections
from django.utils import timezone

from forum.models import WatchLevel
from forum.tests.factories import TopicFactory, reply
from messaging.services.conversations import open_direct
from messaging.services.sending import send
from notifications.models import (
    MailHealth,
    Notification,
    NotificationPreference,
    NotificationSetting,
    OutboxItem,
    OutboxState,
)
from notifications.services import mailing, outbox, outbox_messages
from profiles.models import User

pytestmark = pytest.mark.django_db


def confirm(user: User) -> None:
    user.emailaddress_set.update_or_create(email=user.email, defaults={"verified": True, "primary": True})


@pytest.fixture
def told(anna: Any, boris: Any) -> Any:
    """Boris answered Anna's topic; the mail about it waits."""
    confirm(anna)
    topic = TopicFactory(author=anna, title="Why does it work?")
    post = reply(topic, boris, "Because **of** this.")
    OutboxItem.objects.all().delete()
    one = Notification.objects.filter(user=anna).first() or Notification.objects.create(
        user=anna, kind="topic_reply", actor=boris, post=post, subject=topic.title, url="/", key=f"post:{post.pk}"
    )
    assert outbox.enqueue(channel="email", notifications=[one]) == 1
    return one


def later(minutes: float = 6) -> Any:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def state() -> list[tuple[str, str]]:
    return list(OutboxItem.objects.order_by("pk").values_list("state", "reason"))


def test_a_cause_is_put_in_once_and_leaves_when_its_time_has_come(told: Any) -> None:
    assert outbox.enqueue(channel="email", notifications=[told]) == 0
    assert mailing.send_due() == 0
    assert mail.outbox == []
    with later():
        assert mailing.send_due() == 1
        assert mailing.send_due() == 0
    [letter] = mail.outbox
    assert letter.to == ["anna@example.com"]
    assert letter.subject == "Why does it work?"
    assert "Because of this." in letter.body
    assert state() == [("sent", "")]


def test_what_happens_in_one_topic_meanwhile_is_one_mail(told: Any, boris: Any) -> None:
    more = reply(told.post.topic, boris, "And of that.")
    OutboxItem.objects.exclude(notification=told).delete()
    other = Notification.objects.create(
        user=told.user, kind="mention", actor=boris, post=more, subject=told.subject, url="/", key="another"
    )
    outbox.enqueue(channel="email", notifications=[other])
    with later():
        mailing.send_due()
    [letter] = mail.outbox
    assert "Because of this." in letter.body
    assert "And of that." in letter.body
    assert {row[0] for row in state()} == {"sent"}
    assert OutboxItem.objects.values("mail").distinct().count() == 1


def _read(one: Any) -> None:
    Notification.objects.filter(pk=one.pk).update(read_at=timezone.now())


def _delete_text(one: Any) -> None:
    type(one.post).objects.filter(pk=one.post_id).update(deleted_at=timezone.now())


def _say_no(one: Any) -> None:
    NotificationPreference.objects.create(user=one.user, kind=one.kind, channel="email", is_on=False)


def _mute(one: Any) -> None:
    one.user.topic_reads.update_or_create(
        topic=one.post.topic, defaults={"level": WatchLevel.MUTED, "is_manual": True}
    )


def _suspend(one: Any) -> None:
    User.objects.filter(pk=one.user_id).update(suspended_until=timezone.now() + timedelta(days=1))


def _close(one: Any) -> None:
    User.objects.filter(pk=one.user_id).update(is_active=False)


def _unconfirm(one: Any) -> None:
    one.user.emailaddress_set.update(verified=False)


def _bounce(one: Any) -> None:
    MailHealth.objects.create(user=one.user, address=one.user.email, failed_at=timezone.now())


@pytest.mark.breaks_counters
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_read, "read"), (_delete_text, "text is gone"), (_say_no, "not wanted"), (_mute, "muted"),
        (_suspend, "suspended"), (_close, "account closed"), (_unconfirm, "address not confirmed"),
        (_bounce, "address refuses mail"),
    ],
)  # fmt: skip
def test_it_is_asked_again_before_it_leaves(told: Any, change: Any, reason: str) -> None:
    change(told)
    with later():
        mailing.send_due()
    assert mail.outbox == []
    assert state() == [("dropped", reason)]


def test_a_new_address_starts_afresh(told: Any) -> None:
    MailHealth.objects.create(user=told.user, address="old@example.com", failed_at=timezone.now())
    with later():
        mailing.send_due()
    assert len(mail.outbox) == 1


def test_quiet_hours_hold_it_back_and_do_not_lose_it(told: Any) -> None:
    now = timezone.now()
    NotificationSetting.objects.create(
        user=told.user, quiet_from=(now - timedelta(hours=1)).time(), quiet_to=(now + timedelta(hours=1)).time()
    )
    with later():
        mailing.send_due()
        assert state() == [("waiting", "")]
    with later(70):
        mailing.send_due()
    assert [row[0] for row in state()] == ["sent"]


class Broken:
    """A mail server that is away."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def send_messages(self, messages: Any) -> int:
        raise self.error

    def close(self) -> None:
        pass


def test_a_failure_is_tried_again_with_the_same_message_id_and_given_up_in_the_end(
    told: Any, monkeypatch: Any
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(mailing, "get_connection", lambda **options: Broken(ConnectionRefusedError("away")))
        with later():
            mailing.send_due()
            item = OutboxItem.objects.get()
            assert (item.state, item.attempts) == ("waiting", 1)
            assert "away" in item.reason
            mailing.send_due()
            assert OutboxItem.objects.get().attempts == 1
    with later(8):
        mailing.send_due()
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{item.uid.hex}@127.0.0.1>"
    OutboxItem.objects.update(state=OutboxState.WAITING, finished_at=None, attempts=len(outbox.RETRY_MINUTES))
    monkeypatch.setattr(mailing, "get_connection", lambda **options: Broken(ConnectionRefusedError("away")))
    with later(20):
        mailing.send_due()
        assert [row[0] for row in state()] == ["dead"]
        assert outbox.revive(items=OutboxItem.objects.all()) == 1


def test_an_address_that_is_refused_for_good_gets_no_more_and_its_owner_is_told(told: Any, monkeypatch: Any) -> None:
    error = smtplib.SMTPRecipientsRefused({"anna@example.com": (550, b"no such user")})
    monkeypatch.setattr(mailing, "get_connection", lambda **options: Broken(error))
    with later():
        mailing.send_due()
    assert [row[0] for row in OutboxItem.objects.filter(notification=told).values_list("state")] == ["dead"]
    assert MailHealth.objects.get().failed_at is not None
    assert Notification.objects.filter(user=told.user, kind="mail_refused").count() == 1


def test_a_worker_that_died_leaves_its_work_to_the_next(told: Any) -> None:
    """It may have died after the server took the mail: so it is at most twice, under one Message-ID."""
    with later():
        [head] = outbox.due_heads(10)
        lost = outbox.claim(head)
        assert lost is not None
        assert outbox.due_heads(10) == []
        assert mailing.send_due() == 0
    with later(6 + outbox.LEASE_MINUTES + 1):
        assert mailing.send_due() == 1
        assert outbox.finish(lost, lost.items, OutboxState.DEAD) == 0
    assert len(mail.outbox) == 1
    assert state() == [("sent", "")]


def test_messages_that_nobody_read_are_mailed_once_and_what_is_read_or_muted_is_not(anna: Any, boris: Any) -> None:
    confirm(anna)
    talk, _made = open_direct(actor=boris, person=anna)
    talk.seats.update(request="accepted")
    send(actor=boris, conversation=talk, content="Are you *there*?")
    outbox_messages.gather_messages()
    assert not OutboxItem.objects.filter(kind="message", channel="email").exists()
    with later():
        outbox_messages.gather_messages()
        outbox_messages.gather_messages()
        mailing.send_due()
        assert ["Are you there?" in letter.body for letter in mail.outbox] == [True]
        talk.seats.filter(user=anna).update(last_read_seq=1)
        send(actor=boris, conversation=talk, content="Another one")
    with later(12):
        outbox_messages.gather_messages()
        talk.seats.filter(user=anna).update(muted_until=timezone.now() + timedelta(days=1))
        mailing.send_due()
    assert len(mail.outbox) == 1
    assert OutboxItem.objects.filter(channel="email", reason="read").count() == 1


def test_what_left_long_ago_is_forgotten_and_what_waits_is_not(told: Any) -> None:
    with later():
        mailing.send_due()
    with later(outbox.KEPT_DAYS * 24 * 60 + 60):
        assert outbox.prune_outbox() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_each_mail_once(make_user: Any) -> None:
    """Twelve people, each with two things in one thread; four workers; every thread is one mail to its reader."""
    people = [make_user(f"reader{n}") for n in range(12)]
    for person in people:
        confirm(person)
        rows = [
            Notification.objects.create(user=person, kind="best_answer", subject=f"B{n}", url="/", key=f"best:{n}")
            for n in range(2)
        ]
        outbox.enqueue(channel="email", notifications=rows)
    past = timezone.now() - timedelta(minutes=1)
    OutboxItem.objects.update(due_at=past, created_at=past)

    def work(_n: int) -> int:
        try:
            return mailing.send_due()
        finally:
            connections.close_all()

    assert connection.vendor == "postgresql"
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(4)))
    assert sum(done) == 24
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(person.email for person in people)
    assert set(OutboxItem.objects.values_list("state", flat=True)) == {"sent"}
