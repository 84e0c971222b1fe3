"""What a mail carries, how people leave mails, digests, reports, and what comes back."""

import re
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command

from forum.models import Watch, WatchLevel
from forum.tests.factories import TopicFactory, reply
from notifications import catalogue
from notifications.models import MailHealth, Notification, OutboxItem, Unsubscription
from notifications.selectors.preferences import wanted
from notifications.services import bounces, digests, mailing, outbox, unsubscribing
from notifications.tests.test_outbox import confirm, later

pytestmark = pytest.mark.django_db
EIGHT = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)  # a Monday


@pytest.fixture
def told(anna: Any, boris: Any) -> Any:
    confirm(anna)
    anna.language = "ru"
    anna.save()
    topic = TopicFactory(author=anna, title="Why <b>does</b> it work?")
    post = reply(topic, boris, "Because **of** this. ||secret||")
    Notification.objects.all().delete()
    one = Notification.objects.create(
        user=anna, kind="mention", actor=boris, post=post, subject=topic.title, url="/", key="a"
    )
    outbox.enqueue(channel="email", notifications=[one])
    return one


def sent() -> Any:
    with later():
        mailing.send_due()
    return mail.outbox[-1]


def link(letter: Any) -> str:
    return letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")


def test_a_mail_has_two_forms_and_the_headers_that_programs_need(told: Any) -> None:
    letter = sent()
    html = letter.alternatives[0][0]
    for body in (letter.body, html):
        assert "упомянул" in body or "упоминает" in body
        assert "http://127.0.0.1:8000/notifications/" in body
        assert "secret" not in body
    assert "<b>does</b>" not in html
    assert not re.search(r"<img|<script|url\(", html)
    headers = letter.extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["In-Reply-To"] == f"<topic.{told.post.topic_id}@127.0.0.1>"
    assert headers["List-Id"] == "Lumen forum <forum.127.0.0.1>"
    assert "boris" in str(make_header(decode_header(letter.from_email)))


def test_the_second_mail_of_a_topic_answers_the_first(told: Any, boris: Any) -> None:
    first = sent()
    more = Notification.objects.create(
        user=told.user, kind="mention", actor=boris, post=told.post, subject="x", url="/", key="b"
    )
    outbox.enqueue(channel="email", notifications=[more])
    second = sent()
    assert second.subject == first.subject
    assert second.extra_headers["In-Reply-To"] == first.extra_headers["Message-ID"]
    assert second.extra_headers["References"].split()[0] == f"<topic.{told.post.topic_id}@127.0.0.1>"


def test_one_click_ends_these_mails_without_signing_in_and_no_default_undoes_it(
    told: Any, client: Any
) -> None:
    address = link(sent())
    assert client.get(address).status_code == 200
    assert wanted([told.user_id], "mention", "email") == {told.user_id}
    for _again in range(2):
        answer = client.post(address, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert wanted([told.user_id], "mention", "email") == set()
    for kind in catalogue.kinds_of("forum"):
        assert wanted([told.user_id], kind, "email") == set(), "a kind that is on by default, or comes to be"
    assert Unsubscription.objects.filter(category="messages").count() == 0
    client.post(address, {"undo": "1"})
    assert wanted([told.user_id], "mention", "email") == {told.user_id}


@pytest.mark.parametrize("token", ["x", "WzEsICIiXQ:1abc:forged", "a" * 300])
def test_a_forged_link_is_not_there(client: Any, token: str) -> None:
    assert client.post(f"/notifications/unsubscribe/{token}/").status_code == 404


def test_all_mails_and_the_digest_end_by_their_links(anna: Any, client: Any) -> None:
    client.post(unsubscribing.address_of(anna, "digest").removeprefix("http://127.0.0.1:8000"))
    anna.refresh_from_db()
    assert anna.notification_setting.digest == "off"
    assert wanted([anna.pk], "mention", "email") == {anna.pk}
    client.post(unsubscribing.address_of(anna, "").removeprefix("http://127.0.0.1:8000"))
    assert wanted([anna.pk], "mention", "email") == set()


@pytest.fixture
def follower(anna: Any, boris: Any) -> Any:
    """Anna follows a category where Boris wrote something that she did not read."""
    confirm(anna)
    with time_machine.travel(EIGHT - timedelta(days=2), tick=False):
        topic = TopicFactory(author=boris, title="A lively one")
    Watch.objects.create(user=anna, category=topic.category, level=WatchLevel.TRACKING)
    OutboxItem.objects.all().delete()
    return anna


def test_a_digest_comes_at_eight_where_the_reader_is_and_once_a_period(follower: Any) -> None:
    follower.timezone = "Asia/Tokyo"
    follower.save()
    with time_machine.travel(EIGHT - timedelta(hours=10), tick=False):
        digests.plan()
        assert not OutboxItem.objects.filter(kind="digest", user=follower).exists(), "it is 7:05 there"
    with time_machine.travel(EIGHT - timedelta(hours=9), tick=False):
        digests.plan()
        digests.plan()
        mailing.send_due()
        mailing.send_due()
    [letter] = mail.outbox
    assert "A lively one" in letter.body
    assert letter.extra_headers["List-Id"].startswith("Lumen digest")


def test_an_empty_digest_is_not_sent(anna: Any) -> None:
    confirm(anna)
    with time_machine.travel(EIGHT, tick=False):
        digests.plan()
        mailing.send_due()
    assert mail.outbox == []
    assert OutboxItem.objects.get().reason == "nothing to say"


def test_a_report_is_made_by_the_app_that_registered_it(irina: Any, anna: Any, monkeypatch: Any) -> None:
    confirm(irina)
    monkeypatch.setattr(digests, "_reports", {})
    report = digests.Report("Your courses", (("Algebra", (digests.Figure("Enrolled", "12", "+3"),)),), "/analytics/")
    digests.register_report("analytics_digest", readers=lambda: [irina.pk], content=lambda user, since: report)
    with time_machine.travel(EIGHT, tick=False):
        digests.plan()
        mailing.send_due()
    [letter] = mail.outbox
    assert letter.to == [irina.email]
    assert "Enrolled: 12 (+3)" in letter.body


DSN = """From: MAILER-DAEMON@mx.example.com
To: community@example.com
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; anna@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; said no

--b
Content-Type: {kind}

Message-ID: {mail}
Subject: Hello

Text
--b--
"""


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize(
    ("action", "status", "times", "fails"),
    [
        ("failed", "5.1.1", 1, True), ("failed", "4.4.7", 1, False), ("failed", "4.4.7", 5, True),
        ("failed", "5.2.2", 1, False), ("delayed", "4.4.1", 9, False),
    ],
)  # fmt: skip
def test_what_comes_back_is_counted_and_ends_mails_to_the_address(
    told: Any, tmp_path: Any, kind: str, action: str, status: str, times: int, fails: bool
) -> None:
    letter = sent()
    raw = DSN.format(action=action, status=status, kind=kind, mail=letter.extra_headers["Message-ID"])
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    for n in range(times):
        (tmp_path / "new" / f"{n}").write_text(raw)
    call_command("take_bounces", maildir=str(tmp_path))
    assert MailHealth.objects.filter(user=told.user, failed_at__isnull=False).exists() == fails
    assert Notification.objects.filter(kind="mail_refused").count() == fails
    assert len(list((tmp_path / "new").iterdir())) == (times if action == "delayed" else 0)


def test_a_report_about_no_mail_of_ours_changes_nothing(told: Any) -> None:
    sent()
    forged = DSN.format(action="failed", status="5.1.1", kind="message/rfc822", mail=f"<{'0' * 32}@127.0.0.1>")
    assert bounces.take([forged.encode(), b"Subject: hello\n\nnot a report", b"\xff\x00"]) == (0, 3)
    assert not MailHealth.objects.exists()


def test_administrators_look_at_every_kind_of_mail_and_nobody_else(
    admin: Any, anna: Any, told: Any, client: Any
) -> None:
    client.force_login(anna, backend="profiles.backends.AccountBackend")
    assert client.get("/notifications/mail-preview/").status_code == 404
    assert client.get("/notifications/mail-preview/mention/en/html/").status_code == 404
    client.force_login(admin, backend="profiles.backends.AccountBackend")
    page = client.get("/notifications/mail-preview/").content.decode()
    addresses = re.findall(r'href="(/notifications/mail-preview/[^"]+)"', page)
    assert len(addresses) >= 4 * 20
    for address in addresses[::3]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "%(" not in answer.content.decode()
