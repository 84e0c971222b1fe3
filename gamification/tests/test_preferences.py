"""The game can be turned off, for oneself and for the school, and nothing is lost by it."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from community_platform.core.errors import Invalid, NotAllowed, Stale
from gamification.models import DailyActivity, GamificationPreference, GamificationSwitch
from gamification.selectors.preferences import is_shown, preference_of
from gamification.services.activity import record_activity
from gamification.services.preferences import set_preferences, set_switch

pytestmark = pytest.mark.django_db(transaction=True)  # what is kept in the cache follows the commit


def test_everything_is_on_until_somebody_chooses(anna: Any, django_assert_num_queries: Any) -> None:
    assert is_shown(anna)
    assert is_shown(AnonymousUser())
    with django_assert_num_queries(0):
        assert is_shown(anna)
    assert not GamificationPreference.objects.exists(), "reading writes nothing"


def test_off_hides_the_game_and_loses_nothing(anna: Any, as_html: Any, as_api: Any) -> None:
    client = as_html(anna)
    record_activity(user_id=anna.pk, at=timezone.now(), lessons=1)
    assert "streak-link" in client.get("/").content.decode()
    set_preferences(actor=anna, account=anna, is_on=False)
    page = client.get("/").content.decode()
    assert "streak-link" not in page
    assert "streak__week" not in page
    for path in ("/streak/", "/leaderboards/"):
        assert "Points and streaks are off" in client.get(path).content.decode()
    assert as_api(anna).get("/api/gamification/leaderboards/points").status_code == 404
    assert "streak-calendar" not in client.get("/profile/anna/").content.decode()
    record_activity(user_id=anna.pk, at=timezone.now(), lessons=1)
    assert DailyActivity.objects.get(user=anna).lessons_completed == 2
    set_preferences(actor=anna, account=anna, is_on=True)
    assert "streak-link" in client.get("/").content.decode()


def test_the_school_turns_it_off_for_everybody(anna: Any, boris: Any, admin: Any, as_html: Any) -> None:
    with pytest.raises(NotAllowed):
        set_switch(actor=anna, is_on=False)
    assert is_shown(anna)
    set_switch(actor=admin, is_on=False)
    assert not is_shown(anna)
    assert not is_shown(AnonymousUser())
    assert "streak-link" not in as_html(boris).get("/").content.decode()
    assert "turned points and streaks off" in as_html(boris).get("/settings/game/").content.decode()
    set_switch(actor=admin, is_on=True)
    assert is_shown(anna)
    assert GamificationSwitch.objects.count() == 1


def test_nobody_chooses_for_another(anna: Any, boris: Any) -> None:
    with pytest.raises(NotAllowed):
        set_preferences(actor=boris, account=anna, is_on=False)
    with pytest.raises(Invalid):
        set_preferences(actor=anna, account=anna, is_on="no")  # type: ignore[arg-type]


def test_a_stale_tag_changes_nothing(anna: Any) -> None:
    row = set_preferences(actor=anna, account=anna, has_reminders=False)
    with pytest.raises(Stale):
        set_preferences(actor=anna, account=anna, is_on=False, expected_revision=row.revision + 1)
    assert preference_of(anna).is_on


def test_the_page_saves_all_three(anna: Any, as_html: Any) -> None:
    client = as_html(anna)
    assert client.get("/settings/game/").status_code == 200
    assert client.post("/settings/game/", {"is_on": "on"}).status_code == 302
    kept = preference_of(anna)
    assert (kept.is_on, kept.in_leaderboards, kept.has_reminders) == (True, False, False)
    assert as_html().get("/settings/game/").status_code == 302


def test_the_api_changes_one(anna: Any, as_api: Any) -> None:
    client, path = as_api(anna), "/api/gamification/preferences"
    first = client.get(path)
    assert first.json() == {"is_on": True, "in_leaderboards": True, "has_reminders": True}
    changed = client.patch(path, {"has_reminders": False}, headers={"if-match": first["ETag"]})
    assert changed.json() == {"is_on": True, "in_leaderboards": True, "has_reminders": False}
    assert client.patch(path, {"is_on": False}, headers={"if-match": first["ETag"]}).status_code == 412
    assert client.patch(path, {"is_on": "perhaps"}).status_code == 400
    assert as_api().get(path).status_code == 401
