"""Seasons, holidays, the switch and bug reports in the admin."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from gamification.models import BugReport, GamificationSwitch, Holiday, SeasonalEvent
from gamification.selectors.preferences import is_on
from gamification.services.bugs import report_bug

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def door(admin: Any, as_html: Any) -> Any:
    admin.is_staff = True
    admin.save(update_fields=["is_staff"])
    return as_html(admin)


@pytest.mark.parametrize("model", ["seasonalevent", "holiday", "streak", "leaderboard", "bugreport"])
def test_each_list_opens(door: Any, model: str) -> None:
    assert door.get(reverse(f"admin:gamification_{model}_changelist")).status_code == 200


def test_a_season_has_an_order_and_a_holiday_is_a_date(door: Any) -> None:
    season = {
        "slug": "spring-2027", "kind": "spring", "name_en": "Spring", "name_ru": "Весна", "starts_on": "2027-03-01",
        "ends_on": "2027-02-01",
    }  # fmt: skip
    path = reverse("admin:gamification_seasonalevent_add")
    assert door.post(path, season).status_code == 200, "refused: it ends before it begins"
    assert door.post(path, season | {"ends_on": "2027-03-31"}).status_code == 302
    assert SeasonalEvent.objects.get(slug="spring-2027").starts_on == date(2027, 3, 1)
    holiday = {"month": 13, "day": 1, "name_en": "No", "name_ru": "Нет", "is_active": "on"}
    path = reverse("admin:gamification_holiday_add")
    assert door.post(path, holiday).status_code == 200
    assert door.post(path, holiday | {"month": 4}).status_code == 302
    assert Holiday.objects.get(month=4).day == 1


def test_the_switch_is_one_row_and_holds_at_once(door: Any) -> None:
    assert is_on()
    row = reverse("admin:gamification_gamificationswitch_change", args=[1])
    assert door.get(reverse("admin:gamification_gamificationswitch_changelist")).url == row
    assert door.get(row).status_code == 200
    assert not GamificationSwitch.objects.exists(), "looking writes nothing"
    assert door.post(row, {}).status_code == 302
    assert not is_on()
    assert door.post(row, {"is_on": "on"}).status_code == 302
    assert is_on()
    assert door.get(reverse("admin:gamification_gamificationswitch_add")).status_code == 403
    assert door.post(reverse("admin:gamification_gamificationswitch_delete", args=[1])).status_code == 403
    other = reverse("admin:gamification_gamificationswitch_change", args=[2])
    assert "doesn’t exist" in door.get(other, follow=True).content.decode()
    assert GamificationSwitch.objects.count() == 1


def test_a_refusal_is_shown(door: Any, anna: Any) -> None:
    report = report_bug(actor=anna, title="It is broken", description="It is broken everywhere, really.")
    path = reverse("admin:gamification_bugreport_changelist")
    for action in ("confirm", "reject"):
        page = door.post(path, {"action": action, "_selected_action": [report.pk]}, follow=True)
    assert "decided already" in page.content.decode()
    assert BugReport.objects.get().state == "confirmed"
