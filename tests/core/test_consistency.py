"""The checker itself, on the kernel's own tables: it finds, names, mends, and leaves alarms to people."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Max, OuterRef, Subquery

from community_platform.core import consistency
from community_platform.core.consistency import Violation, alarm, count_of, counter
from community_platform.core.models import ChannelEvent, ChannelHead
from profiles.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_counters]

NEWEST = Subquery(
    ChannelEvent.objects.filter(channel=OuterRef("pk"))
    .order_by()
    .values("channel")
    .annotate(n=Max("seq"))
    .values("n")
)


@pytest.fixture(autouse=True)
def _only_test_invariants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consistency, "_invariants", {})
    consistency.register(
        counter("test.head", "a head is its newest event", ChannelHead, "seq", NEWEST),
        alarm(
            "test.orphan",
            "an event belongs to a channel",
            lambda: ChannelEvent.objects.exclude(channel__in=ChannelHead.objects.values("pk")),
            stored="channel",
        ),
    )


def _channel(name: str, *, stored: int, events: int) -> None:
    ChannelHead.objects.create(channel=name, seq=stored)
    for seq in range(1, events + 1):
        ChannelEvent.objects.create(channel=name, seq=seq, type="t", data={})


def test_a_true_database_has_no_violations() -> None:
    _channel("topic.1", stored=2, events=2)
    assert [result.violations for result in consistency.check()] == [[], []]


def test_a_wrong_counter_is_named_with_what_it_holds_and_should_hold() -> None:
    _channel("topic.1", stored=7, events=2)
    _channel("topic.2", stored=1, events=1)
    head, orphan = consistency.check()
    assert head.violations == [Violation("topic.1", 7, 2)]
    assert orphan.violations == []


def test_a_null_source_differs_from_a_value() -> None:
    """`<>` would answer NULL here and hide the row."""
    _channel("topic.1", stored=4, events=0)
    assert consistency.check()[0].violations == [Violation("topic.1", 4, None)]


def test_repair_mends_every_counter_over_many_batches_and_a_second_run_finds_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consistency, "BATCH", 2)
    for n in range(5):
        _channel(f"topic.{n}", stored=9, events=3)
    first = consistency.check(repair=True)[0]
    assert (first.violations, first.repaired, len(first.examples)) == ([], 5, 5)
    assert set(ChannelHead.objects.values_list("seq", flat=True)) == {3}
    assert consistency.check(repair=True)[0].repaired == 0


def test_repair_leaves_alarms_to_people() -> None:
    ChannelEvent.objects.create(channel="topic.9", seq=1, type="t", data={})
    orphan = consistency.check(repair=True)[1]
    assert [v.stored for v in orphan.violations] == ["topic.9"]
    assert orphan.repaired == 0


def test_count_of_is_zero_without_rows() -> None:
    user = User.objects.create_user("anna", "anna@example.com", "x")
    zero = User.objects.annotate(n=count_of(User.groups.through.objects.all(), "user")).get(pk=user.pk)
    assert zero.n == 0


def test_the_command_is_quiet_about_what_holds() -> None:
    out = StringIO()
    call_command("check_consistency", stdout=out)
    assert out.getvalue().startswith("2 of 2 invariants hold")


def test_the_command_answers_1_and_a_table_when_something_disagrees() -> None:
    _channel("topic.1", stored=7, events=2)
    out = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("check_consistency", stdout=out)
    assert failure.value.returncode == 1
    assert "test.head" in out.getvalue()
    assert "topic.1: 7 ≠ 2" in out.getvalue()


def test_the_command_mends_and_answers_0() -> None:
    _channel("topic.1", stored=7, events=2)
    out = StringIO()
    call_command("check_consistency", "--repair", stdout=out)
    assert "0 broken, 1 mended" in out.getvalue()
    assert ChannelHead.objects.get().seq == 2


def test_the_command_prints_json() -> None:
    _channel("topic.1", stored=7, events=2)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_consistency", "--json", stdout=out)
    document = json.loads(out.getvalue())
    assert document["ok"] is False
    assert document["invariants"][0]["examples"] == [{"pk": "topic.1", "stored": 7, "actual": 2}]


@pytest.mark.django_db(transaction=True)
def test_the_check_runs_in_one_snapshot_of_its_own_and_restores_the_connection() -> None:
    mode = getattr(connection, "transaction_mode", None)
    with consistency.snapshot():
        assert connection.in_atomic_block
    assert not connection.in_atomic_block
    assert getattr(connection, "transaction_mode", None) == mode
