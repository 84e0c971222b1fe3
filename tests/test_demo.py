"""The demo school: what CONTRACT §4 promises of it, the same school twice, and exact counters at every size."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import models
from django.utils import timezone
from PIL import Image

from community_platform.core import consistency, markdown
from community_platform.demo import people, pictures, seed, texts, video
from community_platform.demo.phrases import THINGS
from community_platform.demo.seeding import SCALES, Scale
from courses.models import Course, LearningEvent
from forum.models import Post, Topic
from profiles.models import User

SALTED = {"password", "public_key", "private_key", "credential", "proof"}
TINY = Scale(people=90, topics=120, posts=900, biggest_topic=60, comments=60, events=6_000)


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def _few_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    few = texts.topics()[:8] + texts.topics()[-3:]
    monkeypatch.setattr(texts, "topics", lambda: few)


def _seed(scale: str = "small", number: int = 1, now: datetime | None = None) -> None:
    seed.seed(scale=scale, number=number, now=now or timezone.now())


@pytest.mark.usefixtures("_few_texts")
@pytest.mark.django_db(transaction=True)
def test_the_same_number_makes_the_same_school_and_another_one_another() -> None:
    now = timezone.now()  # what fell on a weekend depends on it
    seed.reset()  # numbering begins with 1, whatever ran before
    _seed(number=7, now=now)
    first = _everything()
    seed.reset()
    assert User.objects.count() == 0
    _seed(number=7, now=now)
    second = _everything()
    for name, rows in first.items():
        assert second[name] == rows, name
    seed.reset()
    _seed(number=8)
    assert _everything() != first


@pytest.mark.usefixtures("_few_texts")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scale", ["medium", "large"])
def test_larger_schools_have_exact_numbers_and_exact_counters(
    monkeypatch: pytest.MonkeyPatch, scale: str
) -> None:
    monkeypatch.setitem(SCALES, scale, TINY)
    _seed(scale)
    assert (User.objects.count(), Topic.objects.count(), Post.objects.count()) == (90, 120, 900)
    assert max(Topic.objects.values_list("last_post_number", flat=True)) == 60
    assert LearningEvent.objects.count() >= 6_000  # and the reviews, marks and certificates that come after
    assert not LearningEvent.objects.filter(at__gt=timezone.now()).exists()
    post = Post.objects.order_by("-pk")[0]
    assert post.content_html == markdown.render(post.content).html
    _is_consistent()


def test_the_scales_are_the_ordered_ones() -> None:
    medium, large = SCALES["medium"], SCALES["large"]
    assert (medium.people, medium.topics, medium.posts, medium.biggest_topic) == (
        2_000,
        5_000,
        100_000,
        2_000,
    )
    assert (large.people, large.topics, large.posts) == (100_000, 100_000, 1_000_000)
    assert (medium.events, large.events) == (500_000, 10_000_000)


@pytest.mark.django_db(transaction=True)
def test_a_school_with_people_in_it_is_left_alone(anna: User) -> None:
    with pytest.raises(CommandError, match="--reset"):
        call_command("seed_demo", stdout=io.StringIO())
    assert User.objects.get() == anna


@pytest.mark.usefixtures("_few_texts")
@pytest.mark.django_db(transaction=True)
def test_a_failed_seeding_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **options: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("community_platform.demo.talk.comments", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        _seed()
    assert (User.objects.count(), Topic.objects.count(), Course.objects.count()) == (0, 0, 0)
    assert site.RATE_LIMIT_SCALE < 1e6


@pytest.mark.django_db
def test_the_logins_are_told_only_where_they_open(anna: User) -> None:
    out = io.StringIO()
    call_command("demo_logins", stdout=out)
    assert out.getvalue() == ""  # she has another password
    anna.set_password(people.PASSWORD)
    anna.save()
    call_command("demo_logins", stdout=out)
    assert "anna" in out.getvalue()
    assert "boris" not in out.getvalue()


def test_what_is_written_is_worth_reading() -> None:
    """No text twice, every author known, every category and comment target there."""
    names = {person.username for person in [*people.NAMED, *people.CAST]}
    replies = [reply.content for topic in texts.topics() for reply in topic.replies]
    assert len(replies) == len(set(replies)) >= 120
    assert {r.author for t in texts.topics() for r in t.replies} | {t.author for t in texts.topics()} <= names
    assert all(3 <= len(topic.replies) <= 6 for topic in texts.topics())
    assert sum(topic.category == "russian" for topic in texts.topics()) >= 5
    assert len(THINGS) == len(set(THINGS))


def test_a_portrait_is_the_same_for_the_same_name() -> None:
    assert pictures.portrait("anna") == pictures.portrait("anna") != pictures.portrait("boris")
    assert Image.open(io.BytesIO(pictures.portrait("anna"))).size == (256, 256)


def test_a_film_is_webm_with_the_promised_frames() -> None:
    data = video.film(1)
    assert data.startswith(b"\x1a\x45\xdf\xa3")
    assert b"V_VP8" in data
    assert (
        data.count(b"\x9d\x01\x2a") >= video.SECONDS * video.FRAMES_PER_SECOND
    )  # the start code of VP8 key frames


def _is_consistent() -> None:
    broken = {r.invariant.id: r.examples for r in consistency.check() if r.violations}
    assert broken == {}


def _everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of our tables without times, salted passwords, and what random keys have signed."""
    found = {}
    labels = [name.rsplit(".", 1)[-1] for name in site.LOCAL_APPS]
    for model in [model for label in labels for model in apps.get_app_config(label).get_models()]:
        timed = (models.DateTimeField, models.DateField)
        columns = [
            f.attname
            for f in model._meta.concrete_fields
            if not isinstance(f, timed) and f.name not in SALTED
        ]
        rows = list(model._default_manager.order_by("pk").values_list(*columns))
        found[model._meta.label] = rows
    return found
