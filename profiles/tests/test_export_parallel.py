"""Copies asked for and accounts merged at the same moment."""

import pytest
from django.contrib.auth.models import Group

from courses.tests.factories import CourseFactory
from forum import services as forum
from forum.models import Topic
from forum.tests.factories import CategoryFactory, TopicFactory
from profiles.models import DataExport, ModerationAction, User
from profiles.services import export
from profiles.services.merge import merge_accounts
from profiles.tests.test_concurrency import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin(make_user):
    Group.objects.get_or_create(name="administrator")
    return make_user("admin", role="admin")


def test_of_many_requests_at_once_one_copy_is_made(anna, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    settings.RATE_LIMIT_SCALE = 100
    done = at_once(lambda _n: export.request_export(actor=anna), 10)
    assert done == {"done": 10}
    ready = DataExport.objects.filter(user=anna)
    assert ready.exclude(state="ready").count() == 0
    assert set(ready.values_list("attempts", flat=True)) == {1}, "each was made by one worker"


def test_of_many_workers_at_once_one_makes_the_copy(anna, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    row = DataExport.objects.create(user=anna)
    made = []
    at_once(lambda _n: made.append(export.make_export(row.pk)), 6)
    assert sorted(made) == [False] * 5 + [True]


def test_a_merge_told_many_times_at_once_is_one(admin, anna, boris):
    TopicFactory(author=boris, category=CategoryFactory())
    CourseFactory(instructor=boris)
    done = at_once(lambda _n: merge_accounts(keep=anna, absorb=boris, actor=admin), 6)
    assert done == {"done": 6}
    assert ModerationAction.objects.filter(action="merge_accounts").count() == 1
    assert Topic.objects.get().author == anna


def test_of_two_merges_in_opposite_directions_one_wins(admin, anna, boris):
    pairs = [(anna, boris), (boris, anna)]

    def merge(n):
        keep, absorb = pairs[n]
        merge_accounts(keep=keep, absorb=absorb, actor=admin)

    done = at_once(merge, 2)
    assert done["done"] == 1
    assert sum(done.values()) == 2
    assert set(done) - {"done"} <= {"erased", "merged"}
    assert User.objects.filter(is_active=True, pk__in=[anna.pk, boris.pk]).count() == 1


def test_who_writes_while_being_merged_loses_nothing(admin, anna, boris):
    """A topic that is posted meanwhile belongs to either account; a second run takes it along."""
    category = CategoryFactory()

    def act(n):
        if n == 0:
            merge_accounts(keep=anna, absorb=boris, actor=admin)
        else:
            text = {"title": f"Question number {n}", "content": "How does it go?"}
            forum.create_topic(actor=boris, category=category.pk, **text)

    done = at_once(act, 4)
    assert done["done"] >= 1
    assert not [code for code in done if "Error" in code], done
    merge_accounts(keep=anna, absorb=boris, actor=admin)
    assert not Topic.objects.filter(author=boris).exists()
