"""Deciding about reported texts: claim, resolve. Of two who decide at once the second hears what the first did."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import ratelimits, text
from community_platform.core.errors import Conflict, Invalid, NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from community_platform.core.rates import limits_for
from profiles import limits, moderation
from profiles.events import ReportResolved
from profiles.models import CaseState, ReviewCase, Verdict
from profiles.selectors.moderation import decision_words, forget_open_count
from profiles.services import penalties
from profiles.services.log import log
from profiles.services.reports import clean_reason

STATES = {
    Verdict.AGREE: CaseState.AGREED,
    Verdict.HIDE: CaseState.AGREED,
    Verdict.EDIT: CaseState.AGREED,
    Verdict.DELETE: CaseState.AGREED,
    Verdict.DISAGREE: CaseState.DISAGREED,
    Verdict.IGNORE: CaseState.IGNORED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A penalty that goes with a decision; `until` None is for good."""

    kind: str
    until: datetime | None
    reason: str
    note: str = ""


def claim(*, actor: Any, case: ReviewCase, is_claimed: bool = True) -> ReviewCase:
    """Say to the others "I look at this", or no longer. A sign, not a lock: it ends by itself after half an hour.

    Raises: NotAllowed, Conflict `already_decided`, `claimed` by somebody else just now.
    """
    ensure(actor, "profiles.review", case)
    with transaction.atomic():
        locked = _lock(case.pk)
        since = timezone.now() - timedelta(minutes=limits.CLAIM_MINUTES)
        other = locked.claimed_by if locked.claimed_by_id != actor.pk else None
        if is_claimed and other and locked.claimed_at is not None and locked.claimed_at > since:
            raise Conflict(_("%(name)s looks at this already.") % {"name": other.name}, code="claimed")
        locked.claimed_by_id = actor.pk if is_claimed else None
        locked.claimed_at = timezone.now() if is_claimed else None
        locked.save(update_fields=["claimed_by", "claimed_at"])
    return _fresh(case.pk)


def resolve(
    *,
    actor: Any,
    case: ReviewCase,
    action: str,
    note: str = "",
    reason: str = "",
    version: int | None = None,
    penalty: Sentence | None = None,
) -> ReviewCase:
    """Decide a case: what happens to the text, what its author bears, what the log says - all or nothing.

    `reason` is what the author reads about a removal (one of the reasons of reports, or words; left out, the one that
    was reported most); `note` is for moderators; `version` is that of the case as the moderator saw it.
    Raises: NotAllowed, Invalid on `action`, `note`, `reason`; Conflict `already_decided`, `case_changed`, `no_subject`;
    and what the penalty raises.  Publishes: ReportResolved, and what hiding, showing and deleting publish.
    """
    ensure(actor, "profiles.review", case)
    verdict = _clean_action(action)
    note = text.clean(note, field="note", low=0, high=limits.FLAG_NOTE_HIGH)
    reason = text.clean(reason, field="reason", low=0, high=limits.REMOVAL_REASON_HIGH, multiline=False)
    if penalty is not None and verdict in {Verdict.DISAGREE, Verdict.IGNORE}:
        raise Invalid(_("A penalty goes with a report that is right."), code="no_ground", field="penalty")
    ratelimits.hit(actor.pk, *limits_for(actor, "moderate"))
    with transaction.atomic():
        locked = _lock(case.pk)
        if version is not None and version != locked.version:
            raise Conflict(_("The author changed the text meanwhile. Read it again."), code="case_changed")
        subject = moderation.kind(locked.kind).load([locked.object_id]).get(locked.object_id)
        reason = reason or main_reason(locked)
        if subject is not None:
            _act(actor, verdict, locked, subject, reason)
        _close(locked, STATES[verdict], actor.pk, note, subject)
        if penalty is not None and locked.author is not None:
            penalties.penalise(
                actor=actor, user=locked.author, kind=penalty.kind, reason=penalty.reason or reason,
                until=penalty.until, note=penalty.note or note, case=locked,
            )  # fmt: skip
        _write_down(actor, verdict, locked, subject, reason, note)
    return _fresh(case.pk)


def settle(*, kind: str, pk: int, actor_id: int | None, state: str) -> None:
    """Close the open case of a text that a moderator removed or restored elsewhere. Changes nothing without one.

    Called after that commit, so that no lock of the text is held. Publishes: ReportResolved.
    """
    with transaction.atomic():
        rows = ReviewCase.objects.filter(kind=kind, object_id=pk, state=CaseState.OPEN)
        case = rows.select_for_update(no_key=True).first()
        if case is not None:
            subject = moderation.kind(kind).load([pk]).get(pk)
            _close(case, state, actor_id, "", subject)


def main_reason(case: ReviewCase) -> str:
    """Return the reason that weighs most among the reports of `case`. One query."""
    weights: dict[str, int] = {}
    for reason, weight in case.flags.order_by("pk").values_list("reason", "weight"):
        weights[reason] = weights.get(reason, 0) + weight
    return max(weights, key=lambda reason: weights[reason]) if weights else clean_reason("other")


def _clean_action(action: str) -> Verdict:
    if action not in Verdict.values:
        raise Invalid(_("Choose one of the actions."), code="invalid_choice", field="action")
    return Verdict(action)


def _lock(pk: int) -> ReviewCase:
    """Lock an open case. Raises NotFound, Conflict `already_decided` with who and when."""
    rows = ReviewCase.objects.select_related("author", "claimed_by", "resolved_by")
    case = rows.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if case is None:
        raise NotFound
    if not case.is_open:
        raise Conflict(decision_words(case), code="already_decided")
    return case  # type: ignore[no-any-return]  # the queryset serves two models


def _fresh(pk: int) -> ReviewCase:
    rows = ReviewCase.objects.select_related("author", "claimed_by", "resolved_by")
    return rows.get(pk=pk)  # type: ignore[no-any-return]


def _act(
    actor: Any, verdict: Verdict, case: ReviewCase, subject: moderation.Subject, reason: str
) -> None:
    """Do to the text what was decided. What reports hid without a moderator's word comes back unless they are right."""
    kind = moderation.kind(case.kind)
    if verdict == Verdict.DELETE:
        kind.delete(actor, subject.pk)
    elif verdict in {Verdict.AGREE, Verdict.HIDE}:
        if subject.is_hidden or not subject.is_deleted:
            kind.hide(actor, subject.pk, reason)
    elif subject.is_hidden:
        kind.show(actor, subject.pk)


def _close(
    case: ReviewCase, state: str, actor_id: int | None, note: str, subject: moderation.Subject | None
) -> None:
    ReviewCase.objects.filter(pk=case.pk).update(
        state=state,
        resolved_at=timezone.now(),
        resolved_by_id=actor_id,
        resolution_note=note,
        decided_revision=subject.revision if subject else None,
        version=F("version") + 1,
    )
    transaction.on_commit(forget_open_count)
    publish(ReportResolved(case_id=case.pk, state=state, actor_id=actor_id))


def _write_down(
    actor: Any, verdict: Verdict, case: ReviewCase, subject: Any, reason: str, note: str
) -> None:
    removes = verdict in {Verdict.AGREE, Verdict.HIDE, Verdict.DELETE}
    log(
        actor, f"report_{verdict.value}", kind=case.kind, object_id=case.object_id, target=case.author,
        course_ref=case.course_ref, category_ref=case.category_ref, note=note,
        title=subject.title if subject else case.snapshot.get("title", ""),
        url=subject.url if subject else "", reason=reason if removes else "",
        is_public=bool(subject and subject.is_public),
    )  # fmt: skip


