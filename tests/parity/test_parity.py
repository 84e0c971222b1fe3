"""The same input through the form and through the API leaves the same rows and is refused in the same way."""

import re
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client, TestCase, override_settings
from rest_framework.test import APIClient

from tests.invariants import broken, written_tables
from tests.parity.conduct_actions import CONDUCT_ACTIONS
from tests.parity.doors import Action, Outcome, Try, by_api, by_form, snapshot
from tests.parity.forum_actions import ACTIONS as FORUM_ACTIONS
from tests.parity.game_actions import GAME_ACTIONS
from tests.parity.money_actions import MONEY_ACTIONS
from tests.parity.other_actions import ACCOUNT_ACTIONS, COMMENT_ACTIONS, COURSE_ACTIONS
from tests.parity.reading_actions import READING_ACTIONS
from tests.parity.review_actions import REVIEW_ACTIONS
from tests.parity.studio_actions import STUDIO_ACTIONS
from tests.parity.voice_actions import VOICE_ACTIONS
from tests.parity.world import build
from tests.parity.writing_actions import WRITING_ACTIONS

pytestmark = pytest.mark.django_db
ACTIONS = [
    *FORUM_ACTIONS,
    *COMMENT_ACTIONS,
    *COURSE_ACTIONS,
    *ACCOUNT_ACTIONS,
    *WRITING_ACTIONS,
    *CONDUCT_ACTIONS,
    *REVIEW_ACTIONS,
    *READING_ACTIONS,
    *VOICE_ACTIONS,
    *MONEY_ACTIONS,
    *STUDIO_ACTIONS,
    *GAME_ACTIONS,
]
CASES = [
    pytest.param(action, attempt, id=f"{action.name}: {name}")
    for action in ACTIONS
    for name, attempt in action.tries.items()
    if name != "done"
]
DONE = [
    pytest.param(action, action.tries["done"], id=action.name) for action in ACTIONS if "done" in action.tries
]
Doors = Callable[..., tuple[Outcome, Outcome]]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
    """Build the school once; every attempt is rolled back, and in the end the school is."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(RATE_LIMIT_SCALE=1_000_000, MEDIA_ROOT=media):
        with transaction.atomic():
            yield build()
            transaction.set_rollback(True)


@pytest.fixture
def both(
    world: SimpleNamespace, as_html: Callable[..., Client], as_api: Callable[..., APIClient]
) -> Callable[..., tuple[Outcome, Outcome]]:
    """Try an action through both doors from the same beginning, reactions included."""

    def through(
        action: Action, attempt: Try, *, as_visitor: bool = False, watch: Iterable[str] = ()
    ) -> tuple[Outcome, Outcome]:
        actor = None if as_visitor else world.people[attempt.actor]
        outcomes = []
        for door, client in ((by_form, as_html), (by_api, as_api)):
            cache.clear()  # what the first door left there is not rolled back
            with transaction.atomic(), written_tables() as tables:
                with TestCase.captureOnCommitCallbacks(execute=True):
                    outcome = door(action, attempt, world, client(actor), watch)
                outcome.rows = snapshot()
                assert not broken(tables)
                outcomes.append(outcome)
                transaction.set_rollback(True)
        return outcomes[0], outcomes[1]

    return through


@pytest.mark.parametrize(("action", "attempt"), CASES)
def test_both_doors_say_and_do_the_same(both: Doors, action: Action, attempt: Try) -> None:
    _assert_same(attempt, *both(action, attempt))


@pytest.mark.parametrize(("action", "attempt"), DONE)
def test_what_is_done_goes_through_the_service_and_not_for_visitors(
    both: Doors, action: Action, attempt: Try
) -> None:
    form, api = both(action, attempt, watch=action.services)
    _assert_same(attempt, form, api)
    assert form.called == api.called == set(action.services)
    before = snapshot()
    assert form.rows != before, f"{action.name} changes nothing"
    form, api = both(action, attempt, as_visitor=True)
    assert (form.status, api.status) == (302, 401)
    assert form.location.startswith("/accounts/login/?next=")
    assert form.rows == api.rows == before


def _ageless(text: str) -> str:
    """Leave out how long ago something was: the two doors are opened one after the other."""
    return re.sub(r"\d+\s\w+ ago", "ago", text)


def _assert_same(attempt: Try, form: Outcome, api: Outcome) -> None:
    if attempt.status:
        assert (form.status, api.status) == (attempt.status, attempt.api_status or attempt.status), api.text
    else:
        assert form.status // 100 in {2, 3}, form.text
        assert api.status // 100 == 2, api.text
        assert "/accounts/login/" not in form.location
    if form.fields is not None and api.fields is not None:
        assert form.fields == api.fields
    if attempt.status in {403, 409}:
        assert _ageless(api.text) in _ageless(form.text)
    assert form.rows == api.rows
