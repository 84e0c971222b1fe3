"""What a person chooses about being told. A choice, once made, is kept: no later default undoes it."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid, NotSignedIn, Stale
from notifications.catalogue import CHANNELS, KINDS
from notifications.models import Digest, NotificationPreference, NotificationSetting
from notifications.selectors.preferences import Choice, choices_of, revision_of, setting_of
from profiles.models import User

Quiet = tuple[time, time]


def set_preferences(
    *,
    actor: Any,
    choices: Mapping[str, Mapping[str, bool]] | None = None,
    digest: str | None = None,
    quiet: Quiet | tuple[()] | None = None,
    expected_revision: int | None = None,
) -> tuple[list[Choice], NotificationSetting]:
    """Change what is given (None leaves it, `quiet=()` ends quiet hours) and return all choices and the setting.

    `choices` maps kind → channel → wanted. Raises: NotSignedIn; Invalid on `preferences` (an unknown kind, one that
    cannot be chosen), `digest`, `quiet_hours`; Stale.
    """
    if not actor.is_authenticated:
        raise NotSignedIn
    _check(choices or {}, digest, quiet)
    with transaction.atomic():
        User.objects.lock(actor.pk)
        kept, setting = {one.kind.name: one for one in choices_of(actor)}, setting_of(actor)
        if expected_revision is not None and revision_of(list(kept.values()), setting) != expected_revision:
            raise Stale
        changed = [
            NotificationPreference(user_id=actor.pk, kind=kind, channel=channel, is_on=is_on)
            for kind, wishes in (choices or {}).items()
            for channel, is_on in wishes.items()
            if kept[kind].is_on(channel) != is_on
        ]
        for row in changed:
            if not KINDS[row.kind].may_choose(row.channel):
                raise Invalid(_("This cannot be chosen."), code="fixed", field="preferences")
        NotificationPreference.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["user", "kind", "channel"], update_fields=["is_on"]
        )
        _keep(setting, digest, quiet)
    return choices_of(actor), setting


def _check(choices: Mapping[str, Mapping[str, bool]], digest: str | None, quiet: Quiet | tuple[()] | None) -> None:
    for kind, wishes in choices.items():
        if kind not in KINDS or not set(wishes) <= set(CHANNELS):
            raise Invalid(_("There is no such kind of notification."), code="does_not_exist", field="preferences")
    if digest is not None and digest not in Digest.values:
        raise Invalid(_("Choose one of those offered."), code="invalid_choice", field="digest")
    if quiet and quiet[0] == quiet[1]:
        raise Invalid(_("Quiet hours begin and end at different times."), code="invalid", field="quiet_hours")


def _keep(setting: NotificationSetting, digest: str | None, quiet: Quiet | tuple[()] | None) -> None:
    """Write the setting if it is touched; a person who chose nothing has no row."""
    if digest is None and quiet is None:
        return
    setting.digest = digest or setting.digest
    if quiet is not None:
        setting.quiet_from, setting.quiet_to = quiet or (None, None)
    NotificationSetting.objects.update_or_create(
        pk=setting.pk,
        defaults={"digest": setting.digest, "quiet_from": setting.quiet_from, "quiet_to": setting.quiet_to},
    )
