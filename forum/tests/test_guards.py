"""What is refused or held although its author may write."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from community_platform.core import typed
from community_platform.core.errors import Conflict, Invalid, NotAllowed, TooFast
from courses.tests.factories import CourseFactory
from forum import services
from forum.models import Post, Topic
from forum.services import comments
from forum.services.guards import hosts_in
from forum.tests.factories import CategoryFactory, TopicFactory, reply
from profiles.models import ReviewCase, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_designed(settings):
    """Numbers as they stand in the table, but for the pace, which has tests of its own."""
    settings.RATE_LIMIT_SCALE = 1
    many = ["100/1"] * 4
    settings.RATE_LIMITS = {
        "topic": many, "reply": many, "comment": many, "edit": many, "first-day:topic": 99, "first-day:reply": 99,
    }  # fmt: skip


def links(n, host="spam.example"):
    return "Look: " + " ".join(f"<https://{host}/{i}>" for i in range(n))


# What a text may hold


@pytest.mark.parametrize(("level", "allowed"), [(0, 2), (1, 40)])
def test_links_of_new_people_are_few(anna, boris, level, allowed):
    anna.trust_level = level
    topic = TopicFactory(author=boris)
    services.reply(actor=anna, topic=topic, content=links(allowed, f"host{level}.example"))
    if level == 0:
        with pytest.raises(Invalid) as refused:
            services.reply(actor=anna, topic=topic, content=links(allowed + 1))
        assert (refused.value.field, refused.value.code) == ("content", "too_many_links")


@pytest.mark.parametrize(("level", "allowed"), [(0, 2), (2, 10)])
def test_mentions_are_few(make_user, anna, boris, level, allowed):
    anna.trust_level = level
    names = [make_user(f"person{n}").username for n in range(allowed + 1)]
    topic = TopicFactory(author=boris)
    services.reply(actor=anna, topic=topic, content=" ".join(f"@{name}" for name in names[:-1]))
    with pytest.raises(Invalid) as refused:
        services.reply(actor=anna, topic=topic, content=" ".join(f"@{name}" for name in names))
    assert refused.value.code == "too_many_mentions"


def test_an_edit_cannot_bring_in_what_a_new_text_may_not(anna, boris):
    topic = TopicFactory(author=anna)
    post = reply(TopicFactory(author=boris), anna)
    with pytest.raises(Invalid):
        services.edit_post(actor=anna, post=post, content=links(3))
    with pytest.raises(Invalid):
        services.edit_topic(actor=anna, topic=topic, title=topic.title, content=links(3))


def test_who_teaches_or_moderates_is_free(irina, maxim):
    for person in (irina, maxim):
        assert TopicFactory(author=person, content=links(12)).pk


def test_own_pages_are_not_links_to_other_sites(settings):
    html = (
        f'<a href="{settings.SITE_URL}/forum/">x</a><a rel="nofollow" href="https://www.Spam.example/a">y</a>'
    )
    assert hosts_in(html) == ["spam.example"]


# Repetition


def test_the_same_reply_within_five_minutes_names_the_earlier(anna, boris):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
        topic = TopicFactory(author=boris)
        first = reply(topic, anna, "It works like this.")
        clock.shift(299)
        with pytest.raises(Conflict) as refused:
            reply(topic, anna, "It works like this.")
        assert (refused.value.status, refused.value.code) == (409, "duplicate")
        assert first.get_absolute_url() in refused.value.message
        clock.shift(2)
        assert reply(topic, anna, "It works like this.").number == 3


def test_short_words_may_stand_in_several_topics_long_ones_not(anna, boris):
    reply(TopicFactory(author=boris), anna, "Thank you!")
    assert reply(TopicFactory(author=boris), anna, "Thank you!").pk
    reply(TopicFactory(author=boris), anna, "Buy this. " * 12)
    with pytest.raises(Conflict):
        reply(TopicFactory(author=boris), anna, "Buy this. " * 12)


def test_others_may_say_the_same_and_a_deleted_text_may_be_said_again(anna, boris):
    topic = TopicFactory(author=boris)
    post = reply(topic, anna, "It works like this.")
    assert reply(topic, boris, "It works like this.").pk
    services.delete_post(actor=anna, post=post)
    assert reply(topic, anna, "It works like this.").pk


def test_the_same_topic_twice_and_the_same_comment_twice(anna):
    shelf = CategoryFactory()
    first = TopicFactory(author=anna, category=shelf, title="How does it work?")
    with pytest.raises(Conflict) as refused:
        TopicFactory(author=anna, category=shelf, title="How does it work?")
    assert first.get_absolute_url() in refused.value.message
    assert TopicFactory(author=anna, category=shelf, title="How does that work?").pk
    course = CourseFactory()
    comments.post_comment(actor=anna, target=course, content="Well said")
    with pytest.raises(Conflict):
        comments.post_comment(actor=anna, target=course, content="Well said")
    assert comments.post_comment(actor=anna, target=CourseFactory(), content="Well said").pk


def test_page_and_api_answer_409_and_the_token_comes_first(as_api, as_html, anna, boris):
    topic = TopicFactory(author=boris)
    door, page = f"/api/forum/topics/{topic.pk}/posts", f"{topic.get_absolute_url()}reply/"
    body = {"content": "It works like this."}
    first = as_api(anna).post(door, body, headers={"Idempotency-Key": "one"})
    again = as_api(anna).post(door, body, headers={"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    other = as_api(anna).post(door, body)
    assert (other.status_code, other.json()["code"]) == (409, "duplicate")
    refused = as_html(anna).post(page, body)
    assert refused.status_code == 409
    assert f"/forum/post/{first.json()['id']}/" in refused.text
    assert "It works like this." in refused.text


def test_a_fourth_reply_in_a_row_waits_for_an_answer(anna, boris, maxim):
    topic = TopicFactory(author=boris)
    for n in range(3):
        last = reply(topic, anna, f"Part {n}")
    with pytest.raises(Conflict) as refused:
        reply(topic, anna, "Part 3")
    assert refused.value.code == "consecutive_replies"
    services.delete_post(actor=anna, post=last)  # what is gone does not count
    reply(topic, anna, "Part 3")
    reply(topic, boris, "I see")
    for n in range(4, 7):
        reply(topic, anna, f"Part {n}")
    for n in range(5):
        reply(topic, boris, f"The asker goes on {n}")
        assert n < 4 or reply(topic, maxim, "So does a moderator").pk


# Slow mode


def test_slow_mode_asks_for_patience_until_it_ends(anna, boris, maxim):
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
        topic = TopicFactory(author=maxim)
        until = timezone.now() + timedelta(minutes=30)
        Topic.objects.filter(pk=topic.pk).update(slow_mode_seconds=600, slow_mode_until=until)
        reply(topic, anna, "First")
        reply(topic, boris, "Everybody has their own pace")
        clock.shift(599)
        with pytest.raises(TooFast) as refused:
            reply(topic, anna, "Second")
        assert (refused.value.status, refused.value.code) == (429, "slow_mode")
        assert 1 <= refused.value.retry_after <= 2
        clock.shift(2)
        reply(topic, anna, "Second")
        for n in range(3):
            reply(topic, maxim, f"Moderators are not held up {n}")
        clock.shift(1200)
        reply(topic, anna, "Third")
        reply(topic, anna, "It has ended by the clock")


def test_a_category_may_be_slow_as_a_whole(as_api, anna, boris):
    shelf = CategoryFactory(slow_mode_seconds=300)
    topic = TopicFactory(author=boris, category=shelf)
    reply(topic, anna, "First")
    answer = as_api(anna).post(f"/api/forum/topics/{topic.pk}/posts", {"content": "Second"})
    assert (answer.status_code, answer.json()["code"]) == (429, "slow_mode")
    assert 290 <= int(answer["Retry-After"]) <= 300


# Held for review


def test_the_third_text_of_new_accounts_with_one_host_is_held(make_user, boris, anna):
    topic = TopicFactory(author=boris)
    people = [make_user(name) for name in ("one", "two", "three")]
    posts = [reply(topic, person, f"See https://spam.example/{n}") for n, person in enumerate(people)]
    assert [post.is_hidden for post in posts] == [False, False, True]
    case = ReviewCase.objects.get()
    assert (case.kind, case.object_id, case.state) == ("post", posts[2].pk, "open")
    flag = case.flags.get()
    assert (flag.user, flag.reason) == (None, "spam")
    assert "spam.example" in flag.note
    topic.refresh_from_db()
    assert topic.replies_count == 2
    assert not Post.objects.visible_to(anna).filter(pk=posts[2].pk).exists()
    assert Post.objects.visible_to(people[2]).filter(pk=posts[2].pk).exists()


def test_topics_and_comments_are_held_too(make_user):
    course = CourseFactory()
    for n in range(2):
        comments.post_comment(actor=make_user(f"new{n}"), target=course, content=f"https://spam.example/{n}")
    comment = comments.post_comment(actor=make_user("late"), target=course, content="https://spam.example/9")
    answer = comments.reply(
        actor=make_user("later"),
        comment=comments.post_comment(actor=make_user("kind"), target=course, content="Hello"),
        content="https://www.spam.example/10",
    )
    topic = TopicFactory(author=make_user("last"), content="See https://spam.example/11")
    assert [comment.is_hidden, answer.is_hidden, topic.is_hidden] == [True, True, True]
    assert set(ReviewCase.objects.values_list("kind", flat=True)) == {"comment", "topic"}


@pytest.mark.parametrize("host", ["github.com", "ru.wikipedia.org"])
def test_familiar_hosts_and_known_people_are_not_held(make_user, boris, host):
    topic = TopicFactory(author=boris)
    for n in range(4):
        assert not reply(topic, make_user(f"new{n}"), f"See https://{host}/{n}").is_hidden
    for n in range(4):
        person = make_user(f"old{n}", trust_level=1)
        assert not reply(topic, person, f"See https://spam.example/{n}").is_hidden


def test_a_first_text_faster_than_anybody_types_is_held(as_html, anna, boris):
    topic = TopicFactory(author=boris)
    browser = as_html(anna)
    form = browser.get(topic.get_absolute_url()).context["form"]
    typed_in = {"content": "Buy this now", "opened": form["opened"].value()}
    assert browser.post(f"{topic.get_absolute_url()}reply/", typed_in).status_code == 302
    held = Post.objects.get(author=anna)
    assert held.is_hidden
    assert "held" not in browser.get("/forum/").text
    assert ReviewCase.objects.get().author == anna


@pytest.mark.parametrize("opened", ["", "forged", "1.0:x:y"])
def test_without_a_true_moment_nothing_is_guessed(as_html, anna, boris, opened):
    topic = TopicFactory(author=boris)
    as_html(anna).post(f"{topic.get_absolute_url()}reply/", {"content": "Hello", "opened": opened})
    assert not Post.objects.get(author=anna).is_hidden


def test_who_took_time_or_wrote_before_is_not_held(anna, boris, settings):
    topic = TopicFactory(author=boris)
    assert not services.reply(actor=anna, topic=topic, content="Slowly", typed_seconds=3.0).is_hidden
    assert not services.reply(
        actor=anna, topic=topic, content="Quickly, but known", typed_seconds=0.5
    ).is_hidden
    settings.RATE_LIMIT_SCALE = 20
    fast = User.objects.create_user("fast", "fast@example.com")
    assert not services.reply(actor=fast, topic=topic, content="On a wider site", typed_seconds=0.5).is_hidden


def test_the_moment_travels_signed():
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
        opened = typed.opened_now()
        clock.shift(7)
        assert typed.seconds_since(opened) == pytest.approx(7, abs=0.1)
    assert typed.seconds_since(opened + "x") is None


def test_a_category_may_ask_for_trust(anna, maxim):
    shelf = CategoryFactory(min_trust_level=2)
    anna.trust_level = 1
    with pytest.raises(NotAllowed):
        TopicFactory(author=anna, category=shelf)
    anna.trust_level = 2
    assert TopicFactory(author=anna, category=shelf).pk
    assert TopicFactory(author=maxim, category=shelf).pk
