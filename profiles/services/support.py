"""Seeing the site as somebody else does, to help them: administrators only, read only, for half an hour, written down.

The administrator stays signed in as themselves: no session of the person is made or touched. What they ask for is
answered as for the person, by the middleware (`profiles.middleware.support_view`), which asks here what is open.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.errors import Conflict
from community_platform.core.permissions import ensure, may
from profiles import limits
from profiles.models import SupportAct, SupportAction, User

ROUTE_HIGH = 200
# Of whole apps, pages that show what a person told everybody or sees of others. Everything else is closed, so that an
# app that comes later (messages above all) is closed until somebody decides otherwise.
OPEN_APPS = frozenset({"courses", "forum", "gamification", "profiles", "referrals"})
OPEN_PAGES = frozenset({"home", "media", "card", "manifest", "robots"})
# Within open apps: keys, copies of data, unsent texts, whom somebody does not want to hear.
CLOSED_PAGES = frozenset(
    {
        "profiles:settings-tokens", "profiles:settings-token-revoke", "profiles:settings-data",
        "profiles:data-download", "profiles:settings-people", "profiles:welcome", "forum:draft-list",
        "courses:orders", "courses:order",
    }
)  # fmt: skip
UNLOGGED = frozenset({"media", "card", "manifest", "forum:picture", "profiles:card"})  # what pages consist of


@dataclass(frozen=True, slots=True)
class SupportView:
    """Who looks as whom, until when, and why."""

    actor: Any
    person: User
    until: datetime
    reason: str

    @property
    def minutes_left(self) -> int:
        return max(0, -(-int((self.until - timezone.now()).total_seconds()) // 60))


def start_view(*, actor: Any, person: User, reason: str) -> SupportView:
    """Begin to view the site as `person` and return the view; the caller keeps it in the session of `actor`.

    Raises: NotAllowed (rule profiles.view_as), Invalid on `reason`, Conflict `staff` (nobody looks as staff: they see
    what others told them in confidence), Conflict `inactive`.
    """
    ensure(actor, "profiles.view_as", person)
    reason = text.clean(reason, field="reason", high=limits.SUPPORT_REASON_HIGH, multiline=False)
    person = User.objects.with_roles().get(pk=person.pk)
    if person.is_moderator:
        raise Conflict(_("You cannot view the site as a member of the staff."), code="staff")
    if not person.is_active:
        raise Conflict(_("This account is closed."), code="inactive")
    until = timezone.now() + timedelta(minutes=limits.SUPPORT_MINUTES)
    with transaction.atomic():
        _write(actor, person.pk, SupportAct.START, reason=reason)
    return SupportView(actor, person, until, reason)


def stop_view(*, actor: Any, person_id: int, has_expired: bool = False) -> None:
    """Write down that the view is over."""
    _write(actor, person_id, SupportAct.EXPIRED if has_expired else SupportAct.STOP)


def resume_view(*, actor: Any, person_id: int, until: datetime, reason: str) -> SupportView | None:
    """Return the view that the session of `actor` tells of, None when it is over: by time, or by what either became."""
    person = User.objects.with_roles().filter(pk=person_id, is_active=True).first()
    if person is None or person.is_moderator or until <= timezone.now() or not may(actor, "profiles.view_as", person):
        return None
    return SupportView(actor, person, until, reason)


def is_open(view_name: str) -> bool:
    """Tell whether the page of this name is shown in a view."""
    app, _colon, _name = view_name.rpartition(":")
    return view_name not in CLOSED_PAGES and (app in OPEN_APPS if app else view_name in OPEN_PAGES)


def note_page(view: SupportView, *, route: str, is_refused: bool) -> None:
    """Write down a page that was looked at, or refused."""
    _write(view.actor, view.person.pk, SupportAct.REFUSED if is_refused else SupportAct.PAGE, route=route)


def _write(actor: Any, person_id: int, action: SupportAct, *, route: str = "", reason: str = "") -> None:
    SupportAction.objects.create(
        actor_id=actor.pk, person_id=person_id, action=action, route=route[:ROUTE_HIGH], reason=reason
    )
