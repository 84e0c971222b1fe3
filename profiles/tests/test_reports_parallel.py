"""Many report at the same moment, two decide at the same moment (PostgreSQL)."""

from collections.abc import Callable
from typing import Any

import pytest

from community_platform.core.errors import Conflict
from forum import services
from forum.models import Post
from forum.tests.factories import TopicFactory, reply
from forum.tests.test_parallel_writers import at_once
from profiles.models import CaseState, Flag, ModerationAction, ReviewCase, User
from profiles.services import reports, review
from profiles.tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 10_000


def flag(person: Any, post: Post) -> Flag:
    return reports.report(actor=person, kind="post", pk=post.pk, reason="spam")


def refused(job: Callable[[], Any]) -> Callable[[], str]:
    """Run `job`; return "" or the code of the conflict that it met."""

    def run() -> str:
        try:
            job()
        except Conflict as conflict:
            return conflict.code
        return ""

    return run


def test_ten_people_report_at_once_and_one_case_counts_them_all() -> None:
    post = reply(TopicFactory())
    people = [UserFactory(trust_level=2) for _ in range(10)]
    at_once([lambda p=p: flag(p, post) for p in people])  # type: ignore[misc]
    case = ReviewCase.objects.get()
    assert (case.flags_count, case.score, Flag.objects.count()) == (10, 20, 10)
    post.refresh_from_db()
    assert post.is_hidden
    assert ModerationAction.objects.filter(action="hide").count() == 1
    post.topic.refresh_from_db()
    assert post.topic.replies_count == 0


def test_one_person_reports_from_ten_tabs_and_counts_once() -> None:
    post, person = reply(TopicFactory()), UserFactory()
    codes = at_once([refused(lambda: flag(person, post)) for _ in range(10)])
    assert sorted(codes) == ["", *["already_flagged"] * 9]
    assert ReviewCase.objects.get().score == 1


def test_two_moderators_decide_at_once_and_one_is_told(make_user: Callable[..., User]) -> None:
    maxim, admin = make_user("maxim", role="moderator"), make_user("admin", role="admin")
    for _ in range(3):
        post = reply(TopicFactory())
        case = flag(UserFactory(), post).case
        codes = at_once(
            refused(lambda actor=actor, verb=verb, case=case: review.resolve(actor=actor, case=case, action=verb))  # type: ignore[misc]
            for actor, verb in ((maxim, "hide"), (admin, "disagree"))
        )
        assert sorted(codes) == ["", "already_decided"]
        case.refresh_from_db()
        post.refresh_from_db()
        assert post.is_hidden is (case.state == CaseState.AGREED)
    assert ModerationAction.objects.count() == 3


def test_reports_decisions_edits_and_deletions_side_by_side_leave_the_counters_exact(
    make_user: Callable[..., User],
) -> None:
    maxim, topic = make_user("maxim", role="moderator"), TopicFactory()
    for _ in range(3):
        post = reply(topic)
        case = flag(maxim, post).case
        post.refresh_from_db()
        jobs: list[Callable[[], Any]] = [
            lambda post=post: services.edit_post(actor=post.author, post=post, content="Mended"),  # type: ignore[misc]
            lambda case=case: review.resolve(actor=maxim, case=case, action="hide"),  # type: ignore[misc]
            lambda post=post: services.delete_post(actor=maxim, post=post),  # type: ignore[misc]
            lambda: reply(topic),
            lambda post=post: flag(UserFactory(), post),  # type: ignore[misc]
        ]
        at_once([_tolerant(job) for job in jobs])
    assert ReviewCase.objects.filter(state="open").count() <= 3  # the invariants are checked after the test


def _tolerant(job: Callable[[], Any]) -> Callable[[], Any]:
    """Let a job meet what the others did: refused is fine, stuck or broken is not."""

    def run() -> None:
        try:
            job()
        except Exception as error:
            if not hasattr(error, "status"):
                raise

    return run
