"""The end of an account: asked for, taken back within two weeks, done. What goes, the apps say (`core.lifecycle`)."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import lifecycle
from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict
from community_platform.core.events import publish
from community_platform.core.permissions import SYSTEM, ensure
from profiles import limits
from profiles.events import AccountErased, ProfileChanged
from profiles.models import ErasureRequest, User
from profiles.services.log import log

BATCH = 20  # accounts a run: the next one goes on


def request_erasure(*, actor: Any, account: User) -> ErasureRequest:
    """Note that `account` is to be erased in two weeks, and return that; again changes nothing.

    Staff gives up its role first: a school must not lose its last administrator by a form. Raises: NotAllowed (rule
    profiles.erase_account), Conflict `staff`, `erased`.
    """
    ensure(actor, "profiles.erase_account", account)
    _ensure_erasable(account)
    due_at = timezone.now() + timedelta(days=limits.ERASURE_GRACE_DAYS)
    insert_once(ErasureRequest, user_id=account.pk, due_at=due_at)
    return ErasureRequest.objects.get(user=account)


def cancel_erasure(*, actor: Any, account: User) -> None:
    """Take the request back. Repeatable. Raises: NotAllowed."""
    ensure(actor, "profiles.erase_account", account)
    ErasureRequest.objects.filter(user=account).delete()


def erase_account(*, actor: Any, account: User, reason: str = "") -> None:
    """Erase `account` now: personal data goes, texts stay without a name. Repeatable; a second time changes nothing.

    One transaction: killed half way, it begins again. Raises: NotAllowed, Conflict `staff`.  Publishes: AccountErased,
    ProfileChanged.
    """
    ensure(actor, "profiles.erase_account", account)
    with transaction.atomic():
        locked = User.objects.lock(account.pk)
        if locked.is_erased:
            return
        _ensure_erasable(locked)
        lifecycle.erase(locked)
        log(actor, "erase_account", kind="user", object_id=locked.pk, target=locked, reason=reason, is_public=False)
        publish(AccountErased(user_id=locked.pk))
        publish(ProfileChanged(user_id=locked.pk))


def erase_due() -> int:
    """Erase the accounts whose days of grace are over, and return how many. A part of the scheduled job."""
    due = ErasureRequest.objects.filter(due_at__lte=timezone.now()).select_related("user").order_by("due_at")
    done = 0
    for request in due[:BATCH]:
        if request.user.is_moderator:  # became staff meanwhile
            request.delete()
            continue
        erase_account(actor=SYSTEM, account=request.user)
        done += 1
    return done


def _ensure_erasable(account: User) -> None:
    if account.is_moderator:
        raise Conflict(
            _("Members of the staff give up their role first; an administrator can take it."), code="staff"
        )
    if account.is_erased:
        raise Conflict(_("This account was erased."), code="erased")
