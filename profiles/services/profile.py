"""What people say about themselves, and what they show of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.errors import Invalid, Stale
from community_platform.core.events import publish
from community_platform.core.markdown import render_short
from community_platform.core.permissions import ensure
from community_platform.core.ratelimits import hit
from profiles import choices, limits
from profiles.events import ProfileChanged
from profiles.models import Profile, User
from profiles.services.links import FIELDS as LINKS
from profiles.services.links import clean_link

SWITCHES = ("is_profile_public", "show_badges", "show_courses", "show_activity")
ACCOUNT_FIELDS = ("display_name", "timezone", "language", *SWITCHES)
BIRTHDAY = ("birth_month", "birth_day")
PROFILE_FIELDS = ("bio", "location", *LINKS, *BIRTHDAY)
DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def update_profile(*, actor: Any, account: User, expected_revision: int | None = None, **changes: Any) -> User:
    """Change the given fields of ACCOUNT_FIELDS and PROFILE_FIELDS (None leaves one alone) and return the account.

    The revision moves on real changes; every field at fault is named at once. Raises: NotAllowed (rule
    profiles.edit_profile), Invalid, Stale, TooFast, TypeError for an unknown field.  Publishes: ProfileChanged.
    """
    ensure(actor, "profiles.edit_profile", account)
    wanted = _cleaned(changes)
    hit(account.pk, limits.PROFILE_EDITS)
    with transaction.atomic():
        account = locked(account, expected_revision)
        profile = Profile.objects.select_for_update(no_key=True).get(pk=account.pk)
        _check_birthday(wanted, profile)
        changed = _set(account, wanted, ACCOUNT_FIELDS)
        told = _set(profile, wanted, (*PROFILE_FIELDS, "bio_html"))
        if told:
            profile.save(update_fields=told)
        if changed or told:
            save(account, *changed)
    account.profile = profile
    return account


def answer_activity_question(*, actor: Any, account: User, show: bool) -> User:
    """Note what a new member answered to "may your followers see what you do?"; asked once."""
    account = update_profile(actor=actor, account=account, show_activity=show)
    Profile.objects.filter(pk=account.pk, asked_activity_at=None).update(asked_activity_at=timezone.now())
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


def _set(row: Any, wanted: dict[str, Any], fields: tuple[str, ...]) -> list[str]:
    """Put what differs of `wanted` on `row` and return the names of these fields."""
    changed = [field for field in fields if field in wanted and getattr(row, field) != wanted[field]]
    for field in changed:
        setattr(row, field, wanted[field])
    return changed


def _cleaned(changes: dict[str, Any]) -> dict[str, Any]:
    unknown = set(changes) - {*ACCOUNT_FIELDS, *PROFILE_FIELDS}
    if unknown:
        raise TypeError(f"a profile has no {', '.join(sorted(unknown))}")
    wanted: dict[str, Any] = {}
    errors: dict[str, Invalid] = {}
    for field, value in changes.items():
        if value is not None:
            with _collect(errors, field):
                wanted[field] = _cleaner(field)(value)
    if errors:
        first = next(iter(errors.values()))
        fields = {field: error.message for field, error in errors.items()}
        raise Invalid(first.message, code=first.code, fields=fields)
    if "bio" in wanted:
        wanted["bio_html"] = render_short(wanted["bio"])
    return wanted


@contextmanager
def _collect(errors: dict[str, Invalid], field: str) -> Iterator[None]:
    try:
        yield
    except Invalid as error:
        errors[field] = error


def _cleaner(field: str) -> Callable[[Any], Any]:
    if field in LINKS:
        return lambda value: clean_link(value, field=field)
    if field in BIRTHDAY:
        return lambda value: _clean_number(value, field)
    if field in SWITCHES:
        return lambda value: _clean_switch(value, field)
    return _CLEANERS[field]


def _clean_line(field: str, high: int, *, multiline: bool = False) -> Callable[[Any], str]:
    return lambda value: text.clean(value, field=field, low=0, high=high, multiline=multiline)


def _clean_timezone(value: Any) -> str:
    if value not in choices.timezone_names():
        raise Invalid(
            _("Choose a time zone such as “Europe/Moscow”."), code="unknown_timezone", field="timezone"
        )
    return str(value)


def _clean_language(value: Any) -> str:
    if value and value not in choices.language_codes():
        raise Invalid(_("The site does not speak this language."), code="unknown_language", field="language")
    return str(value)


def _clean_switch(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise Invalid(_("Choose yes or no."), code="invalid", field=field)
    return value


def _clean_number(value: Any, field: str) -> int:
    """Return a month or day; 0 stands for "not told"."""
    high = 12 if field == "birth_month" else 31
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= high:
        raise Invalid(_("Choose a day and a month."), code="invalid", field=field)
    return value


def _check_birthday(wanted: dict[str, Any], profile: Profile) -> None:
    """A birthday is told whole or not at all, and exists in a leap year."""
    if not set(BIRTHDAY) & set(wanted):
        return
    month = wanted.get("birth_month", profile.birth_month) or None
    day = wanted.get("birth_day", profile.birth_day) or None
    if (month is None) != (day is None) or (month and day and day > DAYS_IN_MONTH[month - 1]):
        raise Invalid(_("Choose a day and a month."), code="invalid", field="birth_day")
    wanted["birth_month"], wanted["birth_day"] = month, day


_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "display_name": _clean_line("display_name", limits.DISPLAY_NAME_HIGH),
    "location": _clean_line("location", limits.LOCATION_HIGH),
    "bio": _clean_line("bio", limits.BIO_HIGH, multiline=True),
    "timezone": _clean_timezone,
    "language": _clean_language,
}
