"""What must hold between penalties and the account that bears them."""

from typing import Any

from django.db.models import Case, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Now

from community_platform.core.consistency import alarm, counter, register
from profiles.limits import TRUST_CAPS
from profiles.models import Penalty, User
from profiles.models.moderation import FOR_GOOD, UNTIL


def _until(kind: str, column: str) -> Any:
    """Return until when the penalties that hold say, as an expression.

    A moment that has passed may stay in the column: nobody clears it, and it says the same as an empty one.
    """
    holding = Q(ends_at=None) | Q(ends_at__gt=Now())
    rows = Penalty.objects.filter(
        holding, user=OuterRef("pk"), kind=kind, lifted_at=None, starts_at__lte=Now()
    )
    last = rows.order_by(F("ends_at").desc(nulls_first=True)).annotate(
        _until=Coalesce("ends_at", Value(FOR_GOOD, DateTimeField()))
    )
    passed = Case(
        When(**{f"{column}__lte": Now()}, then=F(column)), default=None, output_field=DateTimeField()
    )
    return Coalesce(Subquery(last.values("_until")[:1]), passed)


def _trusted_in_spite() -> QuerySet[User]:
    over = Q()
    for kind, cap in TRUST_CAPS.items():
        over |= Q(**{f"{UNTIL[kind]}__gt": Now()}, trust_level__gt=cap)  # type: ignore[index]
    return User.objects.filter(over)


register(
    *(
        counter(
            f"profiles.user.{column}", f"a person bears the penalties they have: {kind}", User, column,
            _until(kind, column),
        )
        for kind, column in UNTIL.items()
    ),
    alarm(
        "profiles.user.trust_level", "nobody who bears a penalty is trusted beyond its cap", _trusted_in_spite,
        stored="trust_level",
    ),
    alarm(
        "profiles.user.trust_range", "trust levels are 0 to 3", lambda: User.objects.filter(trust_level__gt=3),
        stored="trust_level",
    ),
)  # fmt: skip
