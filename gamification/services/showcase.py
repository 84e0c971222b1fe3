"""What people do with the badges they hold: put some in the showcase, see the new ones once."""

from collections.abc import Collection
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core.errors import Invalid
from community_platform.core.permissions import ensure
from gamification.limits import PINS
from gamification.models import UserBadge
from gamification.selectors.badges import POPULATION_KEPT, unseen_key
from gamification.services import ledger
from profiles.models import User
from profiles.services import kept


def set_pins(*, actor: Any, account: User, badges: Collection[str]) -> list[UserBadge]:
    """Put the badges with these slugs in the showcase, in this order, and take all others out; return what is there.

    Raises: NotAllowed (rule gamification.set_pins), Invalid on `badges` (more than six, or one that is not held).
    """
    ensure(actor, "gamification.set_pins", account)
    wanted = list(dict.fromkeys(badges))
    if len(wanted) > PINS:
        raise Invalid(_("Choose at most %(n)d badges.") % {"n": PINS}, code="too_many", field="badges")
    with transaction.atomic():
        ledger.lock_people(account.pk)
        rows = UserBadge.objects.filter(user=account, revoked_at=None, badge__slug__in=wanted).select_related("badge")
        held = {row.badge.slug: row for row in rows.order_by("earned_at")}
        if unknown := [slug for slug in wanted if slug not in held]:
            text = _("You do not hold this badge: %(badge)s.") % {"badge": str(unknown[0])[:60]}
            raise Invalid(text, code="not_held", field="badges")
        UserBadge.objects.filter(user=account, pin__isnull=False).update(pin=None)
        for place, slug in enumerate(wanted, 1):
            UserBadge.objects.filter(pk=held[slug].pk).update(pin=place)
            held[slug].pin = place
        kept.forget(account.pk)
    return [held[slug] for slug in wanted]


def mark_seen(*, actor: Any, account: User) -> list[UserBadge]:
    """Take the awards that were not celebrated yet, so that no other device celebrates them; return them.

    The device that calls this shows them: of two at once, one gets them. Raises: NotAllowed.
    """
    ensure(actor, "gamification.set_pins", account)
    with transaction.atomic():
        rows = UserBadge.objects.filter(user=account, seen_at=None, revoked_at=None, is_quiet=False)
        found = list(rows.select_for_update(of=("self",)).select_related("badge").order_by("pk"))
        UserBadge.objects.filter(pk__in=[row.pk for row in found]).update(seen_at=timezone.now())
        transaction.on_commit(lambda: cache.set(unseen_key(account.pk), False, POPULATION_KEPT))
    return found
