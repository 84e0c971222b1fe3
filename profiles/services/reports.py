"""Reporting a text: all reports of one text meet in one open case, and enough of them hide it until somebody looks.

Locks are taken in one order: case, then the rows of the text (category, topic, post). What holds rows of a text already
may open a case for a text that nobody else knows yet (`hold`), never ask for the case of an older one.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import ratelimits, text
from community_platform.core.db import insert_once
from community_platform.core.errors import Conflict, Invalid, NotAllowed
from community_platform.core.events import publish
from community_platform.core.permissions import SYSTEM, ensure
from community_platform.core.rates import limits_for
from profiles import limits, moderation
from profiles.events import ContentReported
from profiles.models import CaseState, Flag, FlagReason, ReviewCase, User
from profiles.moderation import Subject
from profiles.selectors.moderation import forget_open_count
from profiles.services.log import log

ATTEMPTS = 3


def report(*, actor: Any, kind: str, pk: int, reason: str, note: str = "") -> Flag:
    """Report a text to those who moderate it and return the report.

    Raises: NotSignedIn, NotFound, NotAllowed `own_content`, Invalid, TooFast; Conflict `already_flagged` while the
    reporter's former one is open, `decided` when moderators saw the same words less than a day ago and kept them,
    `removed`.  Publishes: ContentReported; and what hiding publishes.
    """
    ensure(actor, "profiles.report")
    subject = moderation.kind(kind).find(actor, pk)
    reason = clean_reason(reason)
    note = text.clean(note, field="note", low=0, high=limits.FLAG_NOTE_HIGH)
    if subject.author.pk == actor.pk:
        raise NotAllowed(_("You cannot report what you wrote yourself."), code="own_content")
    if subject.is_deleted and not subject.is_hidden:
        raise Conflict(_("This was removed already."), code="removed")
    with transaction.atomic():
        case = _open_case(subject)
        weight = _weight(actor, case)
        if not insert_once(Flag, case_id=case.pk, user_id=actor.pk, reason=reason, note=note, weight=weight):
            raise Conflict(_("You have reported this already. Moderators will look at it."), code="already_flagged")
        ratelimits.hit(actor.pk, *limits_for(actor, "flag"))
        _count(case, weight)
        if _is_enough(case, subject) and not _is_gone(subject):
            _hide(case, subject, reason)
        publish(ContentReported(case_id=case.pk, user_id=actor.pk, flags_count=case.flags_count))
    return Flag.objects.get(case=case, user=actor)


def hold(*, kind: str, pk: int, reason: str, note: str) -> ReviewCase:
    """Hide a text that was written just now and ask moderators: a guard takes it for spam.

    Called in the transaction that wrote the text. `note` says to moderators what the guard saw.
    """
    subject = moderation.kind(kind).load([pk])[pk]
    with transaction.atomic():
        case = _open_case(subject)
        weight = limits.FLAG_STAFF_WEIGHT
        Flag.objects.create(case=case, reason=clean_reason(reason), note=note, weight=weight)
        _count(case, weight)
        _hide(case, subject, reason)
        publish(ContentReported(case_id=case.pk, user_id=None, flags_count=case.flags_count))
    return case


def ask_again(*, kind: str, pk: int, note: str) -> ReviewCase:
    """Open a case about a hidden text that its author has changed: moderators may show it again.

    Called after commit of the edit, so that no lock of the text is held.
    """
    subject = moderation.kind(kind).load([pk])[pk]
    with transaction.atomic():
        case = _open_case(subject)
        if not case.flags.filter(user=None, note=note).exists():
            Flag.objects.create(case=case, reason=FlagReason.OTHER, note=note, weight=0)
            _count(case, 0)
    return case


def refile(*, kind: str, pks: Any, course_ref: int | None, category_ref: int | None) -> None:
    """Let the cases about texts that moved (keys, or a query for them) follow to who looks after the new place."""
    ReviewCase.objects.filter(kind=kind, object_id__in=pks).update(course_ref=course_ref, category_ref=category_ref)


def clean_reason(reason: str) -> str:
    """Return a reason that exists. Raises Invalid."""
    if reason not in FlagReason.values:
        raise Invalid(_("Choose one of the reasons."), code="invalid_choice", field="reason")
    return reason


def _open_case(subject: Subject) -> ReviewCase:
    """Return the open case of the text, locked; a new one where there is none. One row even for many at once."""
    for _attempt in range(ATTEMPTS):
        # Whoever inserts beside us waits here, and then finds the row.
        fresh = insert_once(
            ReviewCase,
            kind=subject.kind,
            object_id=subject.pk,
            author_id=subject.author.pk,
            course_ref=subject.course_ref,
            category_ref=subject.category_ref,
            snapshot=snapshot(subject),
        )
        open_ones = ReviewCase.objects.filter(kind=subject.kind, object_id=subject.pk, state=CaseState.OPEN)
        case = open_ones.select_for_update(no_key=True).first()
        if case is not None:
            if fresh:
                transaction.on_commit(forget_open_count)
                _refuse_if_decided(case, subject)
            return case
    raise Conflict(_("Moderators decided this just now. Look again."), code="decided")


def _refuse_if_decided(case: ReviewCase, subject: Subject) -> None:
    """Moderators are not asked twice a day about the same words that they kept."""
    since = timezone.now() - timedelta(hours=limits.REFLAG_HOURS)
    kept = ReviewCase.objects.filter(
        kind=subject.kind, object_id=subject.pk, state=CaseState.DISAGREED, resolved_at__gt=since
    )
    if kept.filter(decided_revision=subject.revision).exists():
        raise Conflict(_("Moderators have looked at this already and kept it."), code="decided")


def snapshot(subject: Subject) -> dict[str, Any]:
    """Return what a case keeps of the text as it was reported."""
    return {
        "title": subject.title,
        "content": subject.content,
        "place": subject.place,
        "url": subject.url,
        "revision": subject.revision,
    }


def _weight(actor: User, case: ReviewCase) -> int:
    """Return what a report of `actor` counts. At most two queries."""
    if actor.is_moderator or ReviewCase.objects.visible_to(actor).filter(pk=case.pk).exists():
        return limits.FLAG_STAFF_WEIGHT
    base = limits.FLAG_WEIGHTS[min(actor.trust_level, len(limits.FLAG_WEIGHTS) - 1)]
    decided = Flag.objects.filter(user=actor, case__state__in=[CaseState.AGREED, CaseState.DISAGREED])
    states = list(decided.order_by("-created_at").values_list("case__state", flat=True)[: limits.FLAG_RECORD_LAST])
    if len(states) < limits.FLAG_RECORD_FROM:
        return base
    share = states.count(CaseState.AGREED) / len(states)
    return base + 1 if share >= limits.FLAG_RECORD_GOOD else 0 if share <= limits.FLAG_RECORD_BAD else base


def _count(case: ReviewCase, weight: int) -> None:
    """Add one report to the counters of the locked case."""
    ReviewCase.objects.filter(pk=case.pk).update(score=F("score") + weight, flags_count=F("flags_count") + 1)
    case.refresh_from_db(fields=["score", "flags_count"])


def _is_enough(case: ReviewCase, subject: Subject) -> bool:
    """Tell whether the reports suffice to hide the text: after its author mended it, only newer ones count."""
    flags = case.flags.all() if case.mended_at is None else case.flags.filter(created_at__gt=case.mended_at)
    weights = list(flags.values_list("weight", flat=True))
    if sum(weights) < limits.HIDE_SCORE or subject.author.is_moderator:
        return False
    return len(weights) >= limits.HIDE_PEOPLE or max(weights) >= limits.FLAG_STAFF_WEIGHT


def _is_gone(subject: Subject) -> bool:
    """Tell whether the text is away by now: it was read before its case was locked."""
    now = moderation.kind(subject.kind).load([subject.pk]).get(subject.pk)
    return now is None or now.is_deleted


def _hide(case: ReviewCase, subject: Subject, reason: str) -> None:
    moderation.kind(subject.kind).hide(SYSTEM, subject.pk, reason)
    log(
        SYSTEM, "hide", kind=subject.kind, object_id=subject.pk, target=subject.author, reason=reason,
        course_ref=case.course_ref, category_ref=case.category_ref, title=subject.title, url=subject.url,
        is_public=subject.is_public,
    )  # fmt: skip


def lock_open_case(kind: str, pk: int) -> ReviewCase | None:
    """Return the open case of a text with its row locked; before any row of the text is. Raises nothing."""
    rows = ReviewCase.objects.filter(kind=kind, object_id=pk, state=CaseState.OPEN)
    return rows.select_for_update(no_key=True).first()


def note_mended(case: ReviewCase) -> bool:
    """Remember that the author changed a text that reports had hidden, and tell whether that shows it again.

    Once in a case; moderators who had it open are told that it changed (`version`).
    """
    first = case.mended_at is None
    ReviewCase.objects.filter(pk=case.pk).update(
        version=F("version") + 1, **({"mended_at": timezone.now()} if first else {})
    )
    return first

