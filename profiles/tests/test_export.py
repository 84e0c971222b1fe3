"""A copy of one's data: everything of the person, nothing of others, made once, given to nobody else."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from community_platform.core import lifecycle
from community_platform.core.errors import TooFast
from community_platform.core.events import subscribers
from notifications.models import Notification
from profiles import tasks
from profiles.events import DataExportRequested
from profiles.models import DataExport
from profiles.services import export
from profiles.tests.planting import plant

pytestmark = pytest.mark.django_db
State = DataExport.State


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def made(anna, django_capture_on_commit_callbacks):
    """An export of anna, made by the task as the request leads to it."""
    with django_capture_on_commit_callbacks(execute=True):
        row = export.request_export(actor=anna)
    row.refresh_from_db()
    return row


def read(row):
    with row.file.open("rb") as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def data(row, name):
    return json.loads(read(row).read(f"data/{name}.json"))


# Columns of exported rows that are not given, although the row is; or whole keys that reach a text of somebody else.
SECRET = {
    "profiles.ApiToken.digest", "profiles.ApiToken.token_key", "mfa.Authenticator.data",  # can be used as a key
    "courses.Order.payment_url", "notifications.PushSubscription.auth", "notifications.PushSubscription.p256dh",
    "profiles.Penalty.note", "profiles.ReviewCase.resolution_note",  # notes of the staff for each other
    "gamification.PointTransaction.note",
}  # fmt: skip
NOT_GIVEN = {
    "texts of others, of which it is told that one did something": {
        "forum.Post.endorsed_by", "forum.Revision.editor", "courses.Review.replied_by",
    },
    "what has been hidden from them since": {"notifications.Notification.subject", "notifications.Notification.url"},
    "what a row is called inside": {
        "profiles.Activity.dedupe_key", "profiles.ReviewCase.kind", "profiles.DataExport.file",
        "notifications.Notification.kind", "notifications.Notification.key", "forum.Draft.key",
        "courses.CourseImport.digest", "courses.Course.team", "courses.Course.cover", "usersessions.UserSession.data",
        "gamification.FreezeGrant.key", "gamification.PointTransaction.key", "messaging.Conversation.pair",
        "messaging.Message.fingerprint", "analytics.FigureExport.file", "notifications.Notification.group",
        "notifications.Cause.key", "notifications.OutboxItem.key", "notifications.OutboxItem.thread",
    },
    "rendered from what is given": {
        "profiles.Profile.bio_html", "forum.Post.content_html", "forum.Comment.content_html",
        "messaging.Message.content_html", "messaging.Attachment.thumbnail",
        "courses.Review.content_html", "courses.Review.reply_html", "courses.Course.description_html",
    },
    "what a letter is written from; the notification itself is given": {"notifications.OutboxItem.data"},
    "digests, which only tell whether two are the same, and are forgotten after 90 days": {
        "referrals.KnownDevice.digest", "referrals.Referral.address_digest", "referrals.Referral.device_digest",
        "referrals.Referral.mail_digest", "notifications.PushSubscription.digest",
    },
    "how the school guards its rewards": {"referrals.Referral.flags", "referrals.Referral.reject_reason"},
    "why somebody else removed or locked it": {
        "forum.Topic.removal_reason", "forum.Post.removal_reason", "forum.Comment.removal_reason",
        "forum.Topic.lock_reason", "messaging.Message.removal_reason",
    },
}  # fmt: skip


@pytest.mark.breaks_counters
def test_every_word_of_ones_own_rows_is_in_the_copy_and_none_of_others(make_user):
    """Words are planted in every table that points at a person; the introspection is that of the erasure."""
    person, other = make_user("tatiana"), make_user("olga")
    planted = plant(person, other)
    row = DataExport.objects.get(user=person)  # one of the planted rows
    assert export.make_export(row.pk)
    row.refresh_from_db()
    packed = read(row)
    text = "\n".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    exported = {link for subject in lifecycle.subjects() for link in subject.links} | {"account"}
    waived = SECRET.union(*NOT_GIVEN.values())
    missing = {
        f"{column} (reached by {link})"
        for word, (link, column) in planted.words.items()
        if link in exported and not {column, link} & waived and word not in text
    }
    assert not missing, "give these out in <app>/exports.py:\n" + "\n".join(sorted(missing))
    leaked = {
        f"{column} (reached by {link})"
        for word, (link, column) in planted.words.items()
        if word in text and (link not in exported or column in SECRET)
    }
    assert not leaked, "these are of others:\n" + "\n".join(sorted(leaked))


def test_a_copy_is_made_told_of_and_downloaded(made, anna, as_html):
    assert (made.state, made.progress_percent) == (State.READY, 100)
    assert timedelta(hours=47) < made.expires_at - timezone.now() < timedelta(hours=49)
    assert data(made, "profiles/account")["email"] == anna.email
    assert "README.txt" in read(made).namelist()
    told = Notification.objects.get(user=anna)
    assert (told.kind, told.url) == ("data_export", "/settings/data/")
    answer = as_html(anna).get(f"/settings/data/{made.pk}/")
    content = b"".join(answer)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert len(content) == made.size == int(answer["Content-Length"])
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("role", ["student", "moderator", "admin"])
def test_nobody_else_gets_it(made, make_user, as_html, as_api, role):
    other = make_user("other", role=role)
    assert as_html(other).get(f"/settings/data/{made.pk}/").status_code == 404
    assert as_html(other).post(f"/settings/data/{made.pk}/delete/").status_code == 404
    assert as_api(other).get(f"/api/users/data-exports/{made.pk}").status_code == 404
    assert as_api(other).get(f"/api/users/data-exports/{made.pk}/download").status_code == 404
    assert as_html().get(f"/settings/data/{made.pk}/").status_code == 302
    assert as_api().get(f"/api/users/data-exports/{made.pk}/download").status_code == 401


def test_the_folder_of_files_gives_it_to_nobody(made, anna, as_html):
    for path in (f"/media/{made.file.name}", f"/media/./{made.file.name}", f"/media/x/../{made.file.name}"):
        assert as_html(anna).get(path).status_code == 404


def test_a_double_click_asks_once(anna):
    first, second = export.request_export(actor=anna), export.request_export(actor=anna)
    assert first.pk == second.pk


def test_a_few_a_day(anna):
    for _n in range(3):
        DataExport.objects.filter(pk=export.request_export(actor=anna).pk).update(state=State.READY)
    with pytest.raises(TooFast):
        export.request_export(actor=anna)
    assert DataExport.objects.count() == 3


def test_the_page_and_the_api_write_the_same(anna, boris, as_html, as_api, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert as_html(anna).post("/settings/data/").status_code == 302
        answer = as_api(boris).post("/api/users/data-exports")
    assert answer.status_code == 202
    assert answer.json()["state"] == "waiting"
    facts = DataExport.objects.order_by("pk").values_list("state", "progress_percent", "attempts")
    assert list(facts) == [("ready", 100, 1)] * 2
    listed = as_api(boris).get("/api/users/data-exports").json()["results"]
    assert [row["download_url"] for row in listed] == [f"/api/users/data-exports/{listed[0]['id']}/download"]
    file = as_api(boris).get(listed[0]["download_url"])
    assert (file.status_code, file["Content-Type"]) == (200, "application/zip")
    assert as_api(boris).delete(f"/api/users/data-exports/{listed[0]['id']}").status_code == 204
    assert as_api(boris).get(listed[0]["download_url"]).status_code == 404


def test_progress_is_shown_and_asked_for_again_without_a_script(anna, as_html):
    row = export.request_export(actor=anna)
    DataExport.objects.filter(pk=row.pk).update(state=State.RUNNING, progress_percent=40)
    page = as_html(anna).get("/settings/data/")
    assert 'value="40"' in page.text
    assert page["Refresh"] == "3"
    DataExport.objects.filter(pk=row.pk).update(state=State.FAILED)
    page = as_html(anna).get("/settings/data/")
    assert "Refresh" not in page
    assert "did not work" in page.text


def test_the_file_goes_after_two_days(made, anna, as_html, media, django_capture_on_commit_callbacks):
    assert list((media / "exports").iterdir())
    DataExport.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert as_html(anna).get(f"/settings/data/{made.pk}/").status_code == 404, "over by the clock, without the job"
    with django_capture_on_commit_callbacks(execute=True):
        tasks.tend_personal_data()
    made.refresh_from_db()
    assert (made.state, bool(made.file)) == (State.EXPIRED, False)
    assert list((media / "exports").iterdir()) == []


def test_one_deletes_it_oneself(made, anna, as_html, media, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert as_html(anna).post(f"/settings/data/{made.pk}/delete/").status_code == 302
    assert list((media / "exports").iterdir()) == []


def test_told_twice_it_is_made_once(made):
    size = made.size
    assert not export.make_export(made.pk)
    made.refresh_from_db()
    assert (made.size, made.attempts) == (size, 1)


def test_a_dead_worker_is_replaced_and_writes_nothing_when_it_wakes(anna, monkeypatch):
    row = export.request_export(actor=anna)
    write = export._write

    def slow(held, attempt, archive):
        """While the first one writes, its lease runs out and a second one makes the copy."""
        monkeypatch.setattr(export, "_write", write)
        DataExport.objects.filter(pk=held.pk).update(touched_at=timezone.now() - timedelta(hours=1))
        assert export.tend_exports() == [held.pk]
        assert export.make_export(held.pk)
        write(held, attempt, archive)

    monkeypatch.setattr(export, "_write", slow)
    assert not export.make_export(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.READY, 2)


def test_what_fails_is_tried_three_times(anna, monkeypatch):
    row = export.request_export(actor=anna)

    def fail(*_given):
        raise OSError("disk full")

    monkeypatch.setattr(export, "_write", fail)
    for attempt in (1, 2, 3):
        with pytest.raises(OSError, match="disk full"):
            export.make_export(row.pk)
        row.refresh_from_db()
        assert (row.state, row.attempts) == (State.FAILED if attempt == 3 else State.WAITING, attempt)
    assert not export.make_export(row.pk)


def test_a_request_that_the_queue_lost_is_queued_again(anna, settings, django_capture_on_commit_callbacks):
    row = export.request_export(actor=anna)  # nothing is committed, so nobody hears of it
    DataExport.objects.filter(pk=row.pk).update(touched_at=timezone.now() - timedelta(minutes=3))
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.tend_personal_data() == 1
    row.refresh_from_db()
    assert row.state == State.READY
    assert subscribers(DataExportRequested)


def test_a_person_who_is_erased_meanwhile_gets_no_file(anna, media, monkeypatch):
    row = export.request_export(actor=anna)
    write = export._write

    def erase_first(held, attempt, archive):
        write(held, attempt, archive)
        DataExport.objects.all().delete()

    monkeypatch.setattr(export, "_write", erase_first)
    assert not export.make_export(row.pk)
    assert not (media / "exports").exists() or list((media / "exports").iterdir()) == []


def test_a_picture_that_is_gone_from_the_disk_does_not_spoil_the_rest(anna):
    type(anna).objects.filter(pk=anna.pk).update(avatar="avatars/gone.webp")
    row = export.request_export(actor=anna)
    assert export.make_export(row.pk)
    row.refresh_from_db()
    assert "files/avatar.webp.missing" in read(row).namelist()
