"""What pages say about penalties: to the person concerned, and to moderators."""

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.models import Penalty, PenaltyKind
from profiles.models.moderation import UNTIL
from profiles.selectors.penalties import in_force, moment, told

register = template.Library()


@register.simple_tag(takes_context=True)
def writes_here(context: Context, place: str = "forum") -> bool:
    """Tell whether the reader may write in `place` as far as penalties go. No query."""
    return not _against(context, place)


@register.inclusion_tag("components/_writing_off.html", takes_context=True)
def writing_off(context: Context, place: str = "forum") -> dict[str, Any]:
    """Say why writing in `place` (the forum, or anything else) is off. A query only for those whom it is off for."""
    kind = _against(context, place)
    user = context["user"] if kind else None
    return {"sentence": told(kind, in_force(user, kind), getattr(user, UNTIL[kind])) if kind and user else ""}


@register.simple_tag
def penalty_end(penalty: Penalty) -> str:
    """Say when a penalty ends or ended."""
    if penalty.lifted_at is not None:
        return _("lifted on %(date)s") % {"date": moment(penalty.lifted_at)}
    if penalty.ends_at is None:
        return _("for good")
    words = _("until %(date)s") if penalty.ends_at > timezone.now() else _("ended on %(date)s")
    return words % {"date": moment(penalty.ends_at)}


def _against(context: Context, place: str) -> PenaltyKind | None:
    user = context.get("user")
    if user is None or not user.is_authenticated:
        return None
    if user.is_silenced:
        return PenaltyKind.SILENCE
    return PenaltyKind.FORUM_BAN if place == "forum" and user.is_forum_banned else None
