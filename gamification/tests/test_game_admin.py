"""What administrators do: dry runs, grants and revocations with a reason, corrections, prices."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from community_platform.core.errors import Conflict, Invalid, NotAllowed
from gamification.models import ActionPoints, Badge, PointTransaction, UserBadge
from gamification.services import awarding, evaluation
from gamification.services.catalogue import sync_catalogue
from gamification.services.corrections import correct_points
from gamification.tests import deeds
from profiles.models import Profile, User

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]


@pytest.fixture
def admin(make_user: Callable[..., User]) -> User:
    sync_catalogue()
    return make_user("root", role="admin", is_staff=True)


def points(user: User) -> int:
    return Profile.objects.get(pk=user.pk).total_points


@pytest.mark.breaks_counters
def test_a_dry_run_names_who_would_get_it_and_gives_nothing(admin: User, anna: User, as_html: Html) -> None:
    deeds.build("followers", anna, range(10))
    badge = Badge.objects.get(slug="friend")
    form = {"action": "dry_run", "_selected_action": [badge.pk]}
    page = as_html(admin).post("/admin/gamification/badge/", form, follow=True).content.decode()
    assert "1 person would get Friend: anna" in page
    assert not UserBadge.objects.exists()
    evaluation.evaluate(metrics=["followers"], people=[anna.pk])
    assert evaluation.would_earn(badge) == []


@pytest.mark.breaks_counters
def test_a_revoked_badge_takes_its_points_and_is_not_earned_again(admin: User, anna: User, boris: User) -> None:
    deeds.build("followers", anna, range(10))
    evaluation.evaluate(metrics=["followers"], people=[anna.pk])
    held = UserBadge.objects.get()
    assert points(anna) == 30
    with pytest.raises(NotAllowed):
        awarding.revoke(actor=boris, award=held, reason="I do not like it")
    with pytest.raises(Invalid):
        awarding.revoke(actor=admin, award=held, reason=" ")
    awarding.revoke(actor=admin, award=held, reason="Bought followers")
    with pytest.raises(Conflict):
        awarding.revoke(actor=admin, award=held, reason="Again")
    evaluation.evaluate(metrics=["followers"], people=[anna.pk])
    evaluation.backfill()
    held.refresh_from_db()
    assert held.revoked_at is not None
    assert points(anna) == 0
    assert Badge.objects.get(slug="friend").holders_count == 0
    assert not anna.activities.filter(activity_type="badge_earned").exists()
    assert awarding.grant(actor=admin, badge=held.badge, user=anna, reason="It was a mistake")
    assert not awarding.grant(actor=admin, badge=held.badge, user=anna, reason="Again")
    assert points(anna) == 30
    assert [row.amount for row in PointTransaction.objects.order_by("pk")] == [30, -30, 30]


def test_granting_and_revoking_in_the_admin(admin: User, anna: User, as_html: Html) -> None:
    browser, badge = as_html(admin), Badge.objects.get(slug="beta-tester")
    form = {"user": anna.pk, "badge": badge.pk, "scope_key": "", "reason": "Tested for weeks"}
    assert browser.post("/admin/gamification/userbadge/add/", form).status_code == 302
    held = UserBadge.objects.get()
    assert (held.granted_by, held.reason, points(anna)) == (admin, "Tested for weeks", 150)
    url = f"/admin/gamification/userbadge/{held.pk}/change/"
    assert browser.post(url, {"revoke_reason": "Mixed up"}).status_code == 302
    held.refresh_from_db()
    assert (held.revoked_by, held.revoke_reason, points(anna)) == (admin, "Mixed up", 0)
    assert browser.get(url).status_code == 200


def test_corrections_are_rows_of_the_ledger(admin: User, anna: User, boris: User, as_html: Html) -> None:
    browser, token = as_html(admin), uuid.uuid4()
    form = {"user": anna.pk, "amount": -40, "note": "Counted twice in the old system", "token": token}
    for _click in range(2):
        assert browser.post("/admin/gamification/pointtransaction/add/", form).status_code == 302
    row = PointTransaction.objects.get()
    assert (row.amount, row.bucket, row.actor, points(anna)) == (-40, "staff", admin, -40)
    assert Profile.objects.get(pk=anna.pk).level == 1
    assert browser.get("/admin/gamification/pointtransaction/").status_code == 200
    assert "Counted twice" in as_html(anna).get("/points/").content.decode()
    assert browser.post(f"/admin/gamification/pointtransaction/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    with pytest.raises(Invalid):
        correct_points(actor=admin, user=anna, amount=0, note="x", token=uuid.uuid4())
    with pytest.raises(NotAllowed):
        correct_points(actor=boris, user=boris, amount=5, note="x", token=uuid.uuid4())


def test_prices_are_edited_and_survive_the_catalogue(admin: User, as_html: Html) -> None:
    browser = as_html(admin)
    form = {"points": 7, "daily_cap": "", "pair_cap": ""}
    assert browser.post("/admin/gamification/actionpoints/topic_created/change/", form).status_code == 302
    sync_catalogue()
    price = ActionPoints.objects.get(pk="topic_created")
    assert (price.points, price.daily_cap) == (7, None)


def test_nobody_else_gets_in(anna: User, maxim: User, as_html: Html) -> None:
    sync_catalogue()
    User.objects.filter(pk=maxim.pk).update(is_staff=True)
    for person in (anna, maxim):
        for page in ("badge", "userbadge", "pointtransaction", "actionpoints"):
            assert as_html(person).get(f"/admin/gamification/{page}/").status_code in {302, 403}
