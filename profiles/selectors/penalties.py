"""Reads about penalties: what holds against a person, and how it is told."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from profiles.models import Penalty, PenaltyKind, User
from profiles.models.moderation import FOR_GOOD


def in_force(user: User, *kinds: str) -> Penalty | None:
    """Return, of the penalties of these kinds that hold against `user`, the one that ends last. One query."""
    rows = user.penalties.active().filter(kind__in=kinds)
    return rows.order_by(F("ends_at").desc(nulls_first=True), "-pk").first()


def history(user: User) -> QuerySet[Penalty]:
    """Return all penalties of `user`, newest first, with who issued and lifted them."""
    rows: QuerySet[Penalty] = user.penalties.select_related("issued_by", "lifted_by", "case")
    return rows.order_by("-starts_at", "-pk")


def suspended_ids(ids: Iterable[int]) -> set[int]:
    """Return those of `ids` who are suspended now. One query."""
    rows = User.objects.filter(pk__in=ids, suspended_until__gt=timezone.now())
    return set(rows.values_list("pk", flat=True))


def told(kind: str, penalty: Penalty | None, until: datetime | None) -> str:
    """Return the sentence for the person concerned: what, until when in their zone, why."""
    what = {
        PenaltyKind.SILENCE: (
            _("You can read; writing is off."),
            _("You can read; writing is off until %(until)s."),
        ),
        PenaltyKind.FORUM_BAN: (
            _("You can read the forum; writing there is off."),
            _("You can read the forum; writing there is off until %(until)s."),
        ),
        PenaltyKind.SUSPENSION: (
            _("Your account is suspended."),
            _("Your account is suspended until %(until)s."),
        ),
    }[PenaltyKind(kind)]
    sentence = what[1] % {"until": moment(until)} if until and until < FOR_GOOD else what[0]
    return f"{sentence} {_('Reason: %(reason)s') % {'reason': penalty.reason}}" if penalty else sentence


def moment(when: datetime) -> str:
    """Return date and time in the reader's language and zone."""
    return str(formats.date_format(timezone.localtime(when), "DATETIME_FORMAT"))
