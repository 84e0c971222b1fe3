"""Turning the game off and on: for oneself, and for the school. Nothing that was earned is touched."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core.db import insert_once
from community_platform.core.errors import Invalid, Stale
from community_platform.core.permissions import ensure
from gamification.models import GamificationPreference, GamificationSwitch
from gamification.selectors.preferences import keep, keep_switch
from profiles.models import User

FIELDS = ("is_on", "in_leaderboards", "has_reminders")


def set_preferences(
    *,
    actor: Any,
    account: User,
    is_on: bool | None = None,
    in_leaderboards: bool | None = None,
    has_reminders: bool | None = None,
    expected_revision: int | None = None,
) -> GamificationPreference:
    """Change the given choices of `account` (None leaves one alone) and return all of them.

    Raises: NotAllowed (rule gamification.set_preferences), Invalid, Stale.
    """
    ensure(actor, "gamification.set_preferences", account)
    given = {"is_on": is_on, "in_leaderboards": in_leaderboards, "has_reminders": has_reminders}
    wanted = {name: value for name, value in given.items() if value is not None}
    for name, value in wanted.items():
        if not isinstance(value, bool):
            raise Invalid(_("Choose yes or no."), code="invalid", field=name)
    with transaction.atomic():
        insert_once(GamificationPreference, user_id=account.pk)
        row = GamificationPreference.objects.select_for_update().get(pk=account.pk)
        if expected_revision is not None and row.revision != expected_revision:
            raise Stale
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save(update_fields=list(wanted) or None)
        transaction.on_commit(lambda: keep(row))
    return row


def set_switch(*, actor: Any, is_on: bool) -> bool:
    """Turn the game of the whole school on or off and return what it is now. Raises: NotAllowed."""
    ensure(actor, "gamification.set_switch")
    GamificationSwitch.objects.update_or_create(pk=1, defaults={"is_on": is_on})
    transaction.on_commit(lambda: keep_switch(is_on))
    return is_on
