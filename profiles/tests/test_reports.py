"""Reports and decisions about them, through their services."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from community_platform.core import lifecycle
from community_platform.core.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, TooFast
from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Category, Post, Topic
from forum.services import comments, hiding
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import CaseState, Flag, ModerationAction, Penalty, ReviewCase, User
from profiles.services import reports, review
from profiles.services.review import Sentence
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 10_000


@pytest.fixture
def post(boris: User) -> Post:
    return reply(TopicFactory(), boris, "Buy cheap watches")


def flag(user: Any, post: Post, reason: str = "spam", **more: Any) -> Flag:
    return reports.report(actor=user, kind="post", pk=post.pk, reason=reason, **more)


def trusted(level: int = 2) -> User:
    return User.objects.with_roles().get(pk=UserFactory(trust_level=level).pk)


def the_case() -> ReviewCase:
    case: ReviewCase = ReviewCase.objects.get()
    return case


def test_a_report_opens_a_case_that_remembers_the_text(anna: User, post: Post) -> None:
    made = flag(anna, post, "spam", note="Look at the link")
    case = the_case()
    assert (made.case, made.reason, made.note, made.weight) == (case, "spam", "Look at the link", 1)
    assert (case.kind, case.object_id, case.author, case.score, case.flags_count) == (
        "post", post.pk, post.author, 1, 1,
    )  # fmt: skip
    assert case.snapshot["content"] == "Buy cheap watches"
    assert case.category_ref == post.topic.category_id


def test_a_report_of_a_body_is_one_of_its_topic(anna: User) -> None:
    topic = TopicFactory()
    reports.report(actor=anna, kind="post", pk=topic.posts.get().pk, reason="other")
    with pytest.raises(Conflict):
        reports.report(actor=anna, kind="topic", pk=topic.pk, reason="other")
    assert (the_case().kind, the_case().object_id) == ("topic", topic.pk)


def test_reporting_twice_is_refused_while_the_case_is_open(anna: User, maxim: User, post: Post) -> None:
    flag(anna, post)
    with pytest.raises(Conflict) as refused:
        flag(anna, post, "abusive")
    assert refused.value.code == "already_flagged"
    assert Flag.objects.count() == 1


def test_nobody_reports_their_own_text(post: Post) -> None:
    with pytest.raises(NotAllowed) as refused:
        flag(post.author, post)
    assert refused.value.code == "own_content"


def test_what_is_invisible_cannot_be_reported(anna: User, maxim: User, post: Post) -> None:
    Category.objects.update(audience="staff")
    with pytest.raises(NotFound):
        flag(anna, post)
    with pytest.raises(NotSignedIn):
        flag(AnonymousUser(), post)
    with pytest.raises(NotFound):
        reports.report(actor=anna, kind="house", pk=1, reason="spam")


@pytest.mark.parametrize(("reason", "note", "field"), [("ugly", "", "reason"), ("spam", "x" * 1001, "note")])
def test_a_bad_report_is_refused_on_its_field(anna: User, post: Post, reason: str, note: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        flag(anna, post, reason, note=note)
    assert refused.value.field == field


def test_reports_are_limited_and_refused_ones_are_not_counted(anna: User, post: Post, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1
    flag(anna, post)
    for _ in range(10):
        with pytest.raises(Conflict):
            flag(anna, post)
    settings.RATE_LIMIT_SCALE = 10_000
    others = [reply(post.topic, UserFactory()) for _ in range(5)]
    settings.RATE_LIMIT_SCALE = 1
    for other in others[:4]:
        flag(anna, other)
    with pytest.raises(TooFast):
        flag(anna, others[4])
    assert Flag.objects.count() == 5


def test_three_trusted_people_hide_a_text_and_two_do_not(post: Post) -> None:
    flag(trusted(), post)
    flag(trusted(), post)
    post.refresh_from_db()
    assert not post.is_hidden
    flag(trusted(), post)
    post.refresh_from_db()
    assert (post.is_hidden, post.is_deleted, post.removal_reason) == (True, True, "spam")
    assert the_case().is_open
    assert list(ModerationAction.objects.values_list("action", "actor")) == [("hide", None)]
    assert Topic.objects.get().replies_count == 0


def test_five_new_people_do_not_hide_and_six_do(post: Post) -> None:
    for n in range(6):
        post.refresh_from_db()
        assert not post.is_hidden, n
        flag(trusted(0), post)
    post.refresh_from_db()
    assert post.is_hidden


def test_one_moderator_hides_at_once(maxim: User, post: Post) -> None:
    assert flag(maxim, post).weight == 6
    post.refresh_from_db()
    assert post.is_hidden


def test_counting_hides_nothing_that_a_moderator_wrote(maxim: User) -> None:
    said = reply(TopicFactory(), maxim)
    for _ in range(7):
        flag(trusted(), said)
    said.refresh_from_db()
    assert not said.is_hidden


def test_who_was_right_weighs_more_and_who_was_wrong_nothing(maxim: User) -> None:
    topic, good, bad = TopicFactory(), UserFactory(), UserFactory()
    for _ in range(3):
        for person, action in ((good, "agree"), (bad, "disagree")):
            said = reply(topic, UserFactory())
            review.resolve(actor=maxim, case=flag(person, said).case, action=action)
    said = reply(topic, UserFactory())
    assert (flag(good, said).weight, flag(bad, said).weight) == (2, 0)


def test_what_moderators_kept_is_reported_again_after_a_day_or_an_edit(anna: User, maxim: User, post: Post) -> None:
    review.resolve(actor=maxim, case=flag(anna, post).case, action="disagree")
    with pytest.raises(Conflict) as refused:
        flag(trusted(), post)
    assert refused.value.code == "decided"
    assert ReviewCase.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert flag(trusted(), post).case.is_open
    ReviewCase.objects.filter(state="open").delete()
    services.edit_post(actor=post.author, post=post, content="Buy expensive watches")
    assert flag(anna, post).case.is_open


@pytest.mark.parametrize(
    ("action", "state", "hidden", "deleted"),
    [
        ("agree", "agreed", True, True), ("hide", "agreed", True, True), ("delete", "agreed", False, True),
        ("edit", "agreed", False, False), ("disagree", "disagreed", False, False), ("ignore", "ignored", False, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("was_hidden", [False, True])
def test_a_decision_does_what_it_says(
    maxim: User, admin: User, post: Post, action: str, state: str, hidden: bool, deleted: bool, was_hidden: bool
) -> None:
    case = flag(maxim if was_hidden else trusted(), post, "abusive").case
    decided = review.resolve(actor=admin, case=case, action=action, note="seen")
    post.refresh_from_db()
    assert (post.is_hidden, post.is_deleted) == (hidden, deleted)
    assert (decided.state, decided.resolved_by, decided.resolution_note) == (state, admin, "seen")
    line = ModerationAction.objects.latest("pk")
    assert (line.action, line.actor, line.target, line.note) == (f"report_{action}", admin, post.author, "seen")
    if hidden:
        assert post.removal_reason == "abusive"
        assert Post.objects.visible_to(post.author).filter(pk=post.pk).exists()


def test_the_second_decision_is_told_what_the_first_was(anna: User, maxim: User, admin: User, post: Post) -> None:
    case = flag(anna, post).case
    review.resolve(actor=maxim, case=case, action="disagree")
    with pytest.raises(Conflict) as refused:
        review.resolve(actor=admin, case=case, action="agree")
    assert refused.value.code == "already_decided"
    assert "maxim" in refused.value.message
    assert the_case().state == CaseState.DISAGREED


def test_a_decision_about_words_that_changed_is_refused(maxim: User, admin: User, post: Post) -> None:
    case = flag(maxim, post).case
    case.refresh_from_db()
    post.refresh_from_db()
    services.edit_post(actor=post.author, post=post, content="I take it back")
    with pytest.raises(Conflict) as refused:
        review.resolve(actor=admin, case=case, action="agree", version=case.version)
    assert refused.value.code == "case_changed"


def test_a_penalty_comes_with_the_decision_or_not_at_all(anna: User, maxim: User, post: Post) -> None:
    case = flag(anna, post).case
    past = timezone.now() - timedelta(days=1)
    sentence = Sentence(kind="silence", until=past, reason="Spam")
    with pytest.raises(Invalid):
        review.resolve(actor=maxim, case=case, action="agree", penalty=sentence)
    post.refresh_from_db()
    assert (post.is_hidden, the_case().state, Penalty.objects.count()) == (False, "open", 0)
    sentence = Sentence(kind="silence", until=timezone.now() + timedelta(days=1), reason="Spam")
    review.resolve(actor=maxim, case=case, action="agree", penalty=sentence)
    post.refresh_from_db()
    penalty = Penalty.objects.get()
    assert (post.is_hidden, penalty.user, penalty.case, penalty.kind) == (True, post.author, case, "silence")


def test_no_penalty_for_somebody_who_was_right(anna: User, maxim: User, post: Post) -> None:
    case = flag(anna, post).case
    sentence = Sentence(kind="warning", until=None, reason="x")
    with pytest.raises(Invalid):
        review.resolve(actor=maxim, case=case, action="disagree", penalty=sentence)


def test_nobody_decides_about_their_own_text_but_an_administrator(anna: User, maxim: User, admin: User) -> None:
    for person, may in ((maxim, False), (admin, True)):
        case = flag(anna, reply(TopicFactory(), person)).case
        if may:
            assert review.resolve(actor=person, case=case, action="disagree").state == "disagreed"
        else:
            with pytest.raises(NotAllowed):
                review.resolve(actor=person, case=case, action="disagree")


def test_students_decide_nothing(anna: User, boris: User, post: Post) -> None:
    case = flag(anna, post).case
    with pytest.raises(NotAllowed):
        review.resolve(actor=anna, case=case, action="disagree")
    with pytest.raises(NotAllowed):
        review.claim(actor=boris, case=case)


def test_category_moderators_see_and_decide_what_stands_in_theirs(anna: User, post: Post) -> None:
    chen = trusted(0)
    case, elsewhere = flag(anna, post).case, flag(anna, reply(TopicFactory())).case
    post.topic.category.moderators.add(chen)
    assert list(ReviewCase.objects.visible_to(chen)) == [case]
    assert review.resolve(actor=chen, case=case, action="hide").state == "agreed"
    with pytest.raises(NotAllowed):
        review.resolve(actor=chen, case=elsewhere, action="hide")


def test_claiming_is_seen_and_ends_by_itself(anna: User, maxim: User, admin: User, post: Post) -> None:
    case = review.claim(actor=maxim, case=flag(anna, post).case)
    assert case.claimed_by == maxim
    with pytest.raises(Conflict) as refused:
        review.claim(actor=admin, case=case)
    assert refused.value.code == "claimed"
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert review.claim(actor=admin, case=case).claimed_by == admin
    assert review.claim(actor=admin, case=case, is_claimed=False).claimed_by is None


def test_an_author_mends_a_text_that_reports_hid_and_it_is_shown_once(maxim: User, admin: User, post: Post) -> None:
    flag(maxim, post)
    post.refresh_from_db()
    services.edit_post(actor=post.author, post=post, content="Sorry. Here is a real answer")
    post.refresh_from_db()
    assert (post.is_hidden, post.is_deleted, post.content) == (False, False, "Sorry. Here is a real answer")
    assert the_case().is_open
    flag(admin, post)
    post.refresh_from_db()
    assert post.is_hidden
    services.edit_post(actor=post.author, post=post, content="Again something else")
    post.refresh_from_db()
    assert (post.is_hidden, post.content) == (True, "Again something else")


def test_a_topic_comes_back_with_its_author_s_edit(maxim: User, boris: User) -> None:
    topic = TopicFactory(author=boris, tags=["python"])
    reply(topic)
    reports.report(actor=maxim, kind="topic", pk=topic.pk, reason="off_topic")
    topic.refresh_from_db()
    assert topic.is_hidden
    assert Category.objects.get().posts_count == 0
    services.edit_topic(
        actor=boris, topic=topic, title="A better title", content="And a body", tags=["x1"],
        category=CategoryFactory().pk,
    )  # fmt: skip
    topic.refresh_from_db()
    assert (topic.is_hidden, topic.title) == (False, "A better title")
    assert [tag.name for tag in topic.tags.all()] == ["python"]


def test_what_a_moderator_hid_stays_hidden_when_edited_and_asks_again(
    anna: User, maxim: User, post: Post, django_capture_on_commit_callbacks: Any
) -> None:
    review.resolve(actor=maxim, case=flag(anna, post).case, action="hide")
    post.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        services.edit_post(actor=post.author, post=post, content="Is this better?")
    post.refresh_from_db()
    assert post.is_hidden
    again = ReviewCase.objects.get(state="open")
    assert (again.flags.get().user, again.author) == (None, post.author)


def test_others_cannot_edit_a_hidden_text(anna: User, maxim: User, post: Post) -> None:
    flag(maxim, post)
    post.refresh_from_db()
    with pytest.raises(NotAllowed):
        services.edit_post(actor=anna, post=post, content="Not mine")
    services.edit_post(actor=maxim, post=post, content="Without the link")
    post.refresh_from_db()
    assert (post.is_hidden, post.content) == (True, "Without the link")


def test_deleting_a_reported_text_elsewhere_decides_the_case(
    anna: User, maxim: User, post: Post, django_capture_on_commit_callbacks: Any
) -> None:
    flag(anna, post)
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_post(actor=maxim, post=post)
    assert (the_case().state, the_case().resolved_by) == ("agreed", maxim)
    with django_capture_on_commit_callbacks(execute=True):
        services.restore_post(actor=maxim, post=post)
    assert [line.action for line in ModerationAction.objects.order_by("pk")] == ["delete", "restore"]


def test_comments_are_reported_hidden_and_shown(anna: User, irina: User, boris: User, maxim: User) -> None:
    course = CourseFactory(instructor=irina)
    comment = comments.post_comment(actor=boris, target=course, content="Rude words")
    case = reports.report(actor=anna, kind="comment", pk=comment.pk, reason="abusive").case
    assert case.course_ref == course.pk
    assert list(ReviewCase.objects.visible_to(irina)) == [case]
    review.resolve(actor=irina, case=case, action="hide", reason="Please be kind")
    comment.refresh_from_db()
    course.refresh_from_db()
    assert (comment.is_hidden, comment.removal_reason, course.comments_count) == (True, "Please be kind", 0)
    hiding.show(actor=irina, model=type(comment), pk=comment.pk)
    course.refresh_from_db()
    assert course.comments_count == 1


def test_an_instructor_decides_in_own_courses_only_and_cannot_delete(anna: User, irina: User, boris: User) -> None:
    course = CourseFactory(instructor=irina)
    own = flag(anna, reply(TopicFactory(course=course.pk), boris)).case
    foreign = flag(anna, reply(TopicFactory(), boris)).case
    with pytest.raises(NotAllowed):
        review.resolve(actor=irina, case=foreign, action="hide")
    with pytest.raises(NotAllowed):
        review.resolve(actor=irina, case=own, action="delete")
    assert review.resolve(actor=irina, case=own, action="hide").state == "agreed"


def test_the_site_holds_a_text_until_a_moderator_looks(boris: User, maxim: User, post: Post) -> None:
    case = reports.hold(kind="post", pk=post.pk, reason="spam", note="The same link for the third time")
    post.refresh_from_db()
    assert post.is_hidden
    assert (case.score, case.flags.get().user) == (6, None)
    review.resolve(actor=maxim, case=case, action="disagree")
    post.refresh_from_db()
    assert not post.is_deleted


def test_what_somebody_reported_is_theirs_and_its_words_go_with_them(anna: User, maxim: User, post: Post) -> None:
    case = flag(anna, post, note="I know him").case
    sentence = Sentence(kind="warning", until=None, reason="Ads", note="secret")
    review.resolve(actor=maxim, case=case, action="hide", penalty=sentence)
    given = lifecycle.export(anna)["conduct/reports.json"]
    assert [(row["note"], row["state"]) for row in given] == [("I know him", "agreed")]
    assert lifecycle.export(post.author)["conduct/penalties.json"][0]["reason"] == "Ads"
    assert "secret" not in str(lifecycle.export(post.author))
    lifecycle.erase(anna)
    assert (Flag.objects.get().note, the_case().flags_count) == ("", 1)
