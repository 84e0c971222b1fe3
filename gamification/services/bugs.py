"""Reports of what is broken on the site, and what staff says about them. Confirmed ones count for "Bug Hunter"."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.errors import Conflict, Invalid, NotAllowed
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from community_platform.core.ratelimits import hit
from community_platform.core.rates import limits_for
from gamification import limits
from gamification.events import BugReportDecided
from gamification.models import BugReport, BugState


def report_bug(*, actor: Any, title: str, description: str, page: str = "") -> BugReport:
    """Report what is broken and return the report. `page` is an address of this site.

    Raises: NotSignedIn, NotAllowed (rule gamification.report_bug), Invalid, TooFast.
    """
    ensure(actor, "gamification.report_bug")
    title = text.clean(
        title, field="title", low=limits.BUG_TITLE_LOW, high=limits.BUG_TITLE_HIGH, multiline=False
    )
    description = text.clean(
        description, field="description", low=limits.BUG_TEXT_LOW, high=limits.BUG_TEXT_HIGH
    )
    page = text.clean(page, field="page", low=0, high=limits.BUG_PAGE_HIGH, multiline=False)
    hit(actor.pk, *limits_for(actor, "bug"))
    return BugReport.objects.create(user=actor, title=title, description=description, page=page)


def decide_bug(*, actor: Any, report: BugReport, state: str, answer: str = "") -> BugReport:
    """Confirm a report, call it known or no bug, or open it again (`new`); return it as it is now.

    The same decision again changes nothing. Nobody decides about their own report but administrators. A decided report
    is opened again before it is decided otherwise.

    Raises: NotAllowed (rule gamification.review_bugs), Invalid, Conflict.  Publishes: BugReportDecided.
    """
    ensure(actor, "gamification.review_bugs")
    if state not in BugState.values:
        raise Invalid(_("Choose a decision."), code="invalid", field="state")
    answer = text.clean(answer, field="answer", low=0, high=limits.BUG_ANSWER_HIGH, multiline=False)
    if report.user_id == actor.pk and not actor.is_admin:
        raise NotAllowed(_("Somebody else decides about your own report."))
    with transaction.atomic():
        report = BugReport.objects.select_for_update().get(pk=report.pk)
        if report.state == state:
            return report
        if report.state != BugState.NEW and state != BugState.NEW:
            raise Conflict(_("This report is decided already. Open it again first."), code="already_decided")
        report.state, report.answer = state, answer
        report.decided_by = None if state == BugState.NEW else actor
        report.decided_at = None if state == BugState.NEW else timezone.now()
        report.save(update_fields=["state", "answer", "decided_by", "decided_at"])
        publish(
            BugReportDecided(report_id=report.pk, user_id=report.user_id, state=state, actor_id=actor.pk)
        )
    return report
