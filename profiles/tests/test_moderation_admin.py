"""Reviewing in the admin: the same decisions through the same service."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from forum.models import Post
from forum.tests.factories import TopicFactory, reply
from profiles.models import ModerationAction, Penalty, ReviewCase, User
from profiles.services import reports

pytestmark = pytest.mark.django_db
Html = Callable[..., Client]
CASES = "/admin/profiles/reviewcase/"


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 10_000


@pytest.fixture
def post(boris: User) -> Post:
    return reply(TopicFactory(title="A talk about clocks"), boris, "Buy cheap watches")


@pytest.fixture
def case(anna: User, post: Post) -> ReviewCase:
    return reports.report(actor=anna, kind="post", pk=post.pk, reason="spam", note="Look at the link").case


@pytest.fixture
def browser(maxim: User, as_html: Html) -> Client:
    User.objects.filter(pk=maxim.pk).update(is_staff=True)
    return as_html(maxim)


def decide(browser: Client, case: ReviewCase, action: str, **beside: str) -> str:
    data = {"action": action, "_selected_action": [case.pk], **beside}
    return str(browser.post(CASES, data, follow=True).content.decode())


def test_cases_are_decided_in_the_admin(browser: Client, maxim: User, case: ReviewCase, post: Post) -> None:
    assert "A talk about clocks" in browser.get(CASES).content.decode()
    assert browser.get(f"{CASES}{case.pk}/change/").status_code == 200
    assert "1 done." in decide(browser, case, "agree")
    post.refresh_from_db()
    assert post.is_hidden
    assert ReviewCase.objects.get().resolved_by == maxim
    assert Penalty.objects.count() == 0
    assert "maxim decided this" in decide(browser, case, "disagree")
    assert browser.get("/admin/profiles/moderationaction/").status_code == 200
    assert browser.post("/admin/profiles/moderationaction/add/").status_code == 403


def test_a_penalty_goes_with_a_decision_in_one_step(
    browser: Client, boris: User, case: ReviewCase, post: Post
) -> None:
    assert "1 done." in decide(browser, case, "agree", penalty="silence", lasts="3d")
    post.refresh_from_db()
    penalty = Penalty.objects.get()
    assert post.is_hidden
    assert (penalty.user, penalty.kind, penalty.reason, penalty.case) == (boris, "silence", "spam", case)
    assert penalty.ends_at is not None
    assert abs(penalty.ends_at - timezone.now() - timedelta(days=3)) < timedelta(minutes=1)
    assert set(ModerationAction.objects.values_list("action", flat=True)) == {"report_hide", "silence"}


def test_no_penalty_goes_with_a_report_that_is_wrong(browser: Client, case: ReviewCase) -> None:
    assert "1 done." in decide(browser, case, "disagree", penalty="silence", lasts="3d")
    assert Penalty.objects.count() == 0


def test_a_penalty_that_does_not_exist_decides_nothing(browser: Client, case: ReviewCase) -> None:
    for beside in ({"penalty": "exile", "lasts": "3d"}, {"penalty": "silence", "lasts": "9y"}):
        decide(browser, case, "agree", **beside)
    assert ReviewCase.objects.get().is_open
    assert Penalty.objects.count() == 0
