"""Making one account of two that belong to the same person. What becomes of each row, the apps say (`core.merging`).

Sign-in is not carried over: passwords, e-mails, second factors, connected accounts, keys, sessions and roles of the
account that goes are removed, so that a mistaken merge never opens somebody's account to somebody else.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community_platform.core import lifecycle, merging, text
from community_platform.core.errors import Conflict, Invalid
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from profiles import limits
from profiles.events import AccountErased, AccountsMerged, ProfileChanged
from profiles.models import FormerUsername, ModerationAction, User
from profiles.services.log import log

ACTION = "merge_accounts"


def merge_accounts(*, keep: User, absorb: User, actor: Any, reason: str = "") -> dict[str, int]:
    """Give everything of `absorb` to `keep`, erase what is left of `absorb`, and return how many rows moved, by app.

    Both are locked in the order of their keys, without keeping out rows that come to refer to them meanwhile: a text
    that `absorb` was just sending may arrive later. Merging the same two again takes such rows along, and otherwise
    changes nothing. The old user name leads to `keep`. The log holds numbers, no names.
    Raises: NotAllowed (rule profiles.merge_accounts), Invalid on `absorb`, Conflict `staff`, `erased`, `merged`.
    Publishes: AccountsMerged and AccountErased once; ProfileChanged.
    """
    ensure(actor, "profiles.merge_accounts", absorb)
    reason = text.clean(reason, field="reason", low=0, high=limits.PENALTY_REASON_HIGH, multiline=False)
    if keep.pk == absorb.pk:
        raise Invalid(_("Choose two different accounts."), code="same", field="absorb")
    with transaction.atomic():
        pair = User.objects.select_for_update(no_key=True).filter(pk__in=(keep.pk, absorb.pk)).order_by("pk")
        locked = {row.pk: row for row in pair}
        kept, gone = locked[keep.pk], locked[absorb.pk]
        is_again = _is_merged(kept, gone)
        if not is_again:
            _ensure_mergeable(kept, gone)
        former = gone.username.lower()
        moved = merging.run(kept, gone)
        if not is_again:
            _raise_trust(kept, gone)
            lifecycle.erase(gone)
            # After erasing, which frees the name: old addresses and mentions lead to the account that stays.
            FormerUsername.objects.update_or_create(username=former, defaults={"user": kept})
            note = ", ".join(f"{app}: {rows}" for app, rows in sorted(moved.items()))
            log(
                actor, ACTION, kind="user", object_id=gone.pk, target=kept, reason=reason, note=note, is_public=False
            )
            publish(AccountsMerged(user_id=kept.pk, absorbed_id=gone.pk, actor_id=actor.pk))
            publish(AccountErased(user_id=gone.pk))
            publish(ProfileChanged(user_id=gone.pk))
        if moved or not is_again:
            publish(ProfileChanged(user_id=kept.pk))
    return moved


def _is_merged(kept: User, gone: User) -> bool:
    """Tell whether these two were merged before. Raises Conflict if `gone` went into another account."""
    if not gone.is_erased:
        return False
    into = ModerationAction.objects.filter(action=ACTION, kind="user", object_id=gone.pk)
    targets = set(into.values_list("target", flat=True))
    if kept.pk in targets:
        return True
    raise Conflict(_("This account was merged or erased before."), code="merged" if targets else "erased")


def _ensure_mergeable(kept: User, gone: User) -> None:
    if kept.is_erased or not kept.is_active:
        raise Conflict(_("The account that stays must be open."), code="erased")
    if gone.is_moderator:
        raise Conflict(_("Take the role from a member of the staff before you merge their account."), code="staff")


def _raise_trust(kept: User, gone: User) -> None:
    """What either account earned, the person has earned; penalties cap it where they are derived."""
    if gone.trust_level > kept.trust_level and not (kept.is_silenced or kept.is_forum_banned or kept.is_suspended):
        kept.trust_level = gone.trust_level
        kept.save(update_fields=["trust_level"])
