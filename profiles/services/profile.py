"""What people say about themselves."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.errors import Invalid, Stale
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from community_platform.core.ratelimits import hit
from profiles import choices, limits
from profiles.events import ProfileChanged
from profiles.models import User


def update_profile(
    *,
    actor: Any,
    account: User,
    display_name: str | None = None,
    timezone: str | None = None,
    language: str | None = None,
    expected_revision: int | None = None,
) -> User:
    """Change what is given (None leaves a field alone) and return the account. The revision moves on real changes.

    Raises: NotAllowed (rule profiles.edit_profile), Invalid, Stale, TooFast.  Publishes: ProfileChanged.
    """
    ensure(actor, "profiles.edit_profile", account)
    wanted = _validated(display_name=display_name, timezone=timezone, language=language)
    hit(account.pk, limits.PROFILE_EDITS)
    with transaction.atomic():
        account = locked(account, expected_revision)
        changed = [field for field, value in wanted.items() if getattr(account, field) != value]
        for field in changed:
            setattr(account, field, wanted[field])
        if changed:
            save(account, *changed)
    return account


def locked(account: User, expected_revision: int | None) -> User:
    """Return `account` with its row locked, or raise Stale when it is not at the revision the writer read."""
    account = User.objects.lock(account.pk)
    if expected_revision is not None and account.revision != expected_revision:
        raise Stale
    return account


def save(account: User, *fields: str) -> None:
    """Store `fields` of the locked account as a new revision. Publishes: ProfileChanged."""
    account.revision += 1
    account.save(update_fields=[*fields, "revision"])
    publish(ProfileChanged(user_id=account.pk))


def _validated(**given: str | None) -> dict[str, str]:
    wanted = {field: value for field, value in given.items() if value is not None}
    if "display_name" in wanted:
        wanted["display_name"] = text.clean(
            wanted["display_name"],
            field="display_name",
            low=0,
            high=limits.DISPLAY_NAME_HIGH,
            multiline=False,
        )
    if "timezone" in wanted and wanted["timezone"] not in choices.timezone_names():
        raise Invalid(
            _("Choose a time zone such as “Europe/Moscow”."), code="unknown_timezone", field="timezone"
        )
    if wanted.get("language") and wanted["language"] not in choices.language_codes():
        raise Invalid(_("The site does not speak this language."), code="unknown_language", field="language")
    return wanted
