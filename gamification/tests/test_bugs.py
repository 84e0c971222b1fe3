"""Bug reports: written, decided, visible to whom."""

from typing import Any

import pytest

from community_platform.core.errors import Conflict, Invalid, NotAllowed
from gamification.models import BugReport
from gamification.services.bugs import decide_bug, report_bug
from notifications.models import Notification

TITLE, TEXT = "The timer stands still", "I opened the quiz and the timer did not move at all."


def write(user: Any, **fields: str) -> BugReport:
    return report_bug(actor=user, **({"title": TITLE, "description": TEXT, "page": "/courses/"} | fields))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": "x"}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"title": "a\x00bcdefghij"}, "title"),
        ({"description": "too short"}, "description"),
        ({"description": "x" * 5001}, "description"),
        ({"page": "x" * 301}, "page"),
    ],
)
def test_what_cannot_be_a_report_names_the_field(anna: Any, fields: dict[str, str], wrong: str) -> None:
    with pytest.raises(Invalid) as refusal:
        write(anna, **fields)
    assert refusal.value.field == wrong


@pytest.mark.django_db
def test_a_report_is_decided_once_and_opened_again(anna: Any, maxim: Any, admin: Any) -> None:
    report = write(anna)
    with pytest.raises(NotAllowed):
        decide_bug(actor=anna, report=report, state="confirmed")
    with pytest.raises(Invalid):
        decide_bug(actor=maxim, report=report, state="mended")
    decided = decide_bug(actor=maxim, report=report, state="confirmed", answer="Mended tomorrow")
    assert (decided.state, decided.decided_by, decided.answer) == ("confirmed", maxim, "Mended tomorrow")
    assert decide_bug(actor=maxim, report=report, state="confirmed").answer == "Mended tomorrow", "a double click"
    with pytest.raises(Conflict):
        decide_bug(actor=admin, report=report, state="rejected")
    opened = decide_bug(actor=admin, report=report, state="new")
    assert (opened.state, opened.decided_by, opened.decided_at) == ("new", None, None)
    decide_bug(actor=admin, report=report, state="duplicate")


@pytest.mark.django_db
def test_nobody_but_administrators_decides_about_their_own(maxim: Any, admin: Any) -> None:
    with pytest.raises(NotAllowed):
        decide_bug(actor=maxim, report=write(maxim), state="confirmed")
    assert decide_bug(actor=admin, report=write(admin), state="confirmed").state == "confirmed"


@pytest.mark.django_db
def test_the_person_hears_what_became_of_it(
    anna: Any, maxim: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        decide_bug(actor=maxim, report=write(anna), state="confirmed")
        decide_bug(actor=maxim, report=write(anna), state="duplicate")
    kinds = Notification.objects.filter(user=anna, kind__startswith="bug").order_by("pk")
    assert [row.kind for row in kinds] == ["bug_confirmed", "bug_answered"]
    assert "The timer stands still" in kinds[0].text


@pytest.mark.django_db
def test_the_form_keeps_what_was_typed_and_a_double_click_is_one_report(anna: Any, as_html: Any) -> None:
    client = as_html(anna)
    page = client.get("/bugs/new/?page=/forum/topic/7/").content.decode()
    assert 'value="/forum/topic/7/"' in page
    answer = client.post("/bugs/new/", {"title": "short", "description": TEXT})
    assert answer.status_code == 400
    assert TEXT in answer.content.decode()
    sent = {"title": TITLE, "description": TEXT, "page": "/", "token": "0" * 32}
    for _again in range(2):
        assert client.post("/bugs/new/", sent).status_code == 302
    assert BugReport.objects.count() == 1
    assert TITLE in client.get("/bugs/").content.decode()
    assert as_html().get("/bugs/").status_code == 302


@pytest.mark.django_db
def test_the_queue_is_for_moderators(anna: Any, boris: Any, maxim: Any, as_html: Any) -> None:
    report = write(anna)
    assert as_html(boris).get("/bugs/queue/").status_code == 403
    assert as_html(boris).post(f"/bugs/{report.pk}/decide/", {"state": "confirmed"}).status_code == 404
    client = as_html(maxim)
    assert TITLE in client.get("/bugs/queue/").content.decode()
    assert client.post(f"/bugs/{report.pk}/decide/", {"state": "confirmed"}).status_code == 302
    assert TITLE in client.get("/bugs/queue/?state=confirmed").content.decode()
    refused = client.post(f"/bugs/{report.pk}/decide/", {"state": "rejected"})
    assert refused.status_code == 409
    assert "decided already" in refused.content.decode()
    report.refresh_from_db()
    assert report.state == "confirmed"


@pytest.mark.django_db
def test_the_api(anna: Any, boris: Any, maxim: Any, as_api: Any) -> None:
    client = as_api(anna)
    made = client.post("/api/gamification/bugs", {"title": TITLE, "description": TEXT})
    assert made.status_code == 201
    assert made.json() | {"id": 0, "created_at": "", "user": {}} == {
        "id": 0, "user": {}, "title": TITLE, "description": TEXT, "page": "", "state": "new", "answer": "",
        "created_at": "", "decided_at": None,
    }  # fmt: skip
    key = made.json()["id"]
    assert client.post("/api/gamification/bugs", {"title": TITLE}).status_code == 400
    assert client.get("/api/gamification/bugs").json()["count"] == 1
    assert as_api(boris).get("/api/gamification/bugs").json()["count"] == 0
    assert as_api().get("/api/gamification/bugs").status_code == 401
    assert client.get("/api/gamification/bugs/queue").status_code == 403
    decide = f"/api/gamification/bugs/{key}/decide"
    assert client.post(decide, {"state": "confirmed"}).status_code == 403
    assert as_api(boris).post(decide, {"state": "confirmed"}).status_code == 404
    staff = as_api(maxim)
    assert staff.get("/api/gamification/bugs/queue").json()["count"] == 1
    assert staff.get("/api/gamification/bugs/queue?state=x").status_code == 400
    assert staff.post(decide, {"state": "x"}).status_code == 400
    assert staff.post(decide, {"state": "confirmed", "answer": "Yes"}).json()["answer"] == "Yes"
    assert staff.post(decide, {"state": "rejected"}).status_code == 409


@pytest.mark.django_db
@pytest.mark.parametrize("number", [3, 30])
def test_the_queue_costs_the_same_at_any_length(
    anna: Any, maxim: Any, as_html: Any, number: int, django_assert_max_num_queries: Any
) -> None:
    BugReport.objects.bulk_create(BugReport(user=anna, title=TITLE, description=TEXT) for _n in range(number))
    client = as_html(maxim)
    client.get("/bugs/queue/")
    with django_assert_max_num_queries(6):
        client.get("/bugs/queue/")
