"""Facts that badges need and nobody else keeps: the place among the first, a birthday, the local hour of a lesson."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef
from django.utils import timezone

from community_platform.core.db import insert_once
from courses.models import LessonProgress
from gamification.models import Birthday, LessonMoment, SignupRank
from gamification.selectors.metrics.social import verified
from gamification.services.earning import local_facts
from profiles.models import Profile, User

BATCH = 2000


def give_rank(*, user_id: int) -> int | None:
    """Give a member with a confirmed e-mail their place, once for good; staff has none.

    A place is taken by its unique number: of two who take the same one, one asks for the next.
    """
    if not User.objects.filter(pk=user_id, is_staff=False, pk__in=verified()).exists():
        return None
    while True:
        mine = SignupRank.objects.filter(user=user_id).values_list("rank", flat=True).first()
        if mine is not None:
            return mine
        last = SignupRank.objects.aggregate(n=Max("rank"))["n"] or 0
        insert_once(SignupRank, user_id=user_id, rank=last + 1)


def give_ranks() -> int:
    """Give places to members who have none, in the order in which they joined: an event was lost."""
    ranked = SignupRank.objects.filter(user=OuterRef("pk"))
    waiting = User.objects.filter(~Exists(ranked), is_staff=False, pk__in=verified()).order_by("date_joined", "pk")
    with transaction.atomic():
        last = SignupRank.objects.aggregate(n=Max("rank"))["n"] or 0
        people = enumerate(waiting.values_list("pk", "date_joined"), last + 1)
        rows = [SignupRank(user_id=pk, rank=rank, assigned_at=joined) for rank, (pk, joined) in people]
        SignupRank.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    return len(rows)


def note_birthday(*, user_id: int, today: date | None = None) -> None:
    """Note a birthday that was told or changed; a changed one counts as new."""
    profile = Profile.objects.filter(pk=user_id).only("birth_month", "birth_day").first()
    if profile is None or not profile.birth_month or not profile.birth_day:
        Birthday.objects.filter(user=user_id).delete()
        return
    told = {"month": profile.birth_month, "day": profile.birth_day}
    today = today or timezone.now().date()
    if not insert_once(Birthday, user_id=user_id, noted_on=today, **told):
        Birthday.objects.filter(user=user_id).exclude(**told).update(noted_on=today, **told)


def note_birthdays() -> int:
    """Note the birthdays of which nobody told."""
    known = Birthday.objects.filter(user=OuterRef("pk"), month=OuterRef("birth_month"), day=OuterRef("birth_day"))
    rows = Profile.objects.filter(~Exists(known), birth_day__isnull=False)
    found = list(rows.values_list("pk", flat=True))
    for pk in found:
        note_birthday(user_id=pk)
    return len(found)


def note_moments() -> int:
    """Note the local hours of lessons of which nobody told, by the zone of today; return how many there were."""
    known = LessonMoment.objects.filter(user=OuterRef("user"), lesson=OuterRef("lesson"))
    rows = LessonProgress.objects.filter(~Exists(known), completed_at__isnull=False)
    noted = 0
    dated = rows.annotate(zone=F("user__timezone")).order_by("completed_at", "pk")
    facts = dated.values_list("user_id", "lesson_id", "completed_at", "zone")
    for batch in _batches(facts):
        LessonMoment.objects.bulk_create(batch, ignore_conflicts=True)
        noted += len(batch)
    return noted


def _batches(facts: object) -> Iterator[list[LessonMoment]]:
    batch: list[LessonMoment] = []
    for user_id, lesson_id, at, zone in list(facts):  # type: ignore[call-overload]  # read whole: rows are added meanwhile
        batch.append(LessonMoment(user_id=user_id, lesson_id=lesson_id, **local_facts(at, zone)))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
