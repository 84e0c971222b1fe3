"""Reads of the review queue and the moderation log. Pages cost the same number of queries however long they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community_platform.core.cache import cached
from community_platform.core.errors import Invalid
from profiles import moderation
from profiles.models import CaseState, Flag, FlagReason, ModerationAction, ReviewCase, User
from profiles.moderation import Subject

STATES = ("open", "resolved", "all")
# Of lines of the log that are about no text.
OTHER_KINDS = {"user": gettext_lazy("Person"), "category": gettext_lazy("Category"), "tag": gettext_lazy("Tag")}
ACTIONS = {
    "hide": gettext_lazy("Hidden by reports"),
    "delete": gettext_lazy("Deleted"),
    "restore": gettext_lazy("Restored"),
    "report_agree": gettext_lazy("Kept hidden"),
    "report_hide": gettext_lazy("Hidden"),
    "report_edit": gettext_lazy("Mended"),
    "report_delete": gettext_lazy("Deleted after a report"),
    "report_disagree": gettext_lazy("Kept"),
    "report_ignore": gettext_lazy("Report ignored"),
    "pin_topic": gettext_lazy("Pinned"),
    "unpin_topic": gettext_lazy("Unpinned"),
    "lock_topic": gettext_lazy("Locked"),
    "unlock_topic": gettext_lazy("Unlocked"),
    "move_topic": gettext_lazy("Moved"),
    "split_topic": gettext_lazy("Split"),
    "merge_topic": gettext_lazy("Merged"),
    "slow_mode": gettext_lazy("Slow mode"),
    "add_moderator": gettext_lazy("Moderator appointed"),
    "remove_moderator": gettext_lazy("Moderator dismissed"),
    "edit_category": gettext_lazy("Category changed"),
    "create_category": gettext_lazy("Category made"),
    "edit_tag": gettext_lazy("Tag changed"),
    "merge_tag": gettext_lazy("Tags merged"),
    "warning": gettext_lazy("Warning"),
    "silence": gettext_lazy("Silence"),
    "forum_ban": gettext_lazy("Forum ban"),
    "suspension": gettext_lazy("Suspension"),
    "change_penalty": gettext_lazy("Penalty changed"),
    "lift_penalty": gettext_lazy("Penalty lifted"),
    "merge_accounts": gettext_lazy("Accounts merged"),
    "erase_account": gettext_lazy("Account erased"),
}
HISTORY = 8
_OPEN_KEY, _OPEN_SECONDS = "moderation:open", 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a moderator asked of the queue; empty values ask nothing."""

    state: str = "open"
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of somebody whose text was reported."""

    agreed: int
    disagreed: int
    cases: list[ReviewCase]
    penalties: list[Any]


def reviews_something(user: Any) -> bool:
    """Tell whether `user` has a queue: moderators, and who looks after a course or category. At most two queries."""
    if not user.is_authenticated:
        return False
    return bool(user.is_moderator) or any(scope.ids_of(user).exists() for scope in moderation.scopes().values())


def queue(user: Any, filters: Filters) -> QuerySet[ReviewCase]:
    """Return the cases that `user` decides: open ones by weight, then age; decided ones newest first.

    Raises: Invalid on `state`, `kind` or `reason`.
    """
    allowed = {"state": STATES, "kind": [kind.name for kind in moderation.kinds()], "reason": FlagReason.values}
    for field, values in allowed.items():
        asked = getattr(filters, field)
        if asked and asked not in values:
            raise Invalid(_("There is no such choice."), code="invalid_choice", field=field)
    rows = _loaded(ReviewCase.objects.visible_to(user))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.reason:
        rows = rows.filter(Exists(Flag.objects.filter(case=OuterRef("pk"), reason=filters.reason)))
    if filters.state == "resolved":
        return rows.exclude(state=CaseState.OPEN).order_by("-resolved_at", "-pk")
    if filters.state == "all":
        return rows.order_by("-created_at", "-pk")
    return rows.filter(state=CaseState.OPEN).order_by("-score", "created_at", "pk")


def cases(user: Any) -> QuerySet[ReviewCase]:
    """Return every case that `user` may open, with its reports and their reporters."""
    return _loaded(ReviewCase.objects.visible_to(user))


def with_subjects(rows: Iterable[ReviewCase]) -> list[ReviewCase]:
    """Set `subject` on each case: its text as it is now, None where it is gone. At most two queries a kind."""
    found = list(rows)
    texts: dict[tuple[str, int], Subject] = {}
    for name in {case.kind for case in found}:
        wanted = [case.object_id for case in found if case.kind == name]
        texts |= {(name, pk): text for pk, text in moderation.kind(name).load(wanted).items()}
    for case in found:
        case.subject = texts.get((case.kind, case.object_id))  # type: ignore[attr-defined]  # read by templates
    return found


def record(author: User | None, *, apart_from: ReviewCase) -> Record | None:
    """Return what moderators should know of the author of a reported text. Three queries."""
    if author is None:
        return None
    about = ReviewCase.objects.filter(author=author)
    sums = about.aggregate(
        agreed=Count("pk", filter=Q(state=CaseState.AGREED)), disagreed=Count("pk", filter=Q(state=CaseState.DISAGREED))
    )
    last = about.exclude(pk=apart_from.pk).order_by("-created_at")[:HISTORY]
    penalties = author.penalties.active().order_by("-starts_at")
    return Record(sums["agreed"], sums["disagreed"], list(last), list(penalties))


def open_count(user: Any) -> int:
    """Return how many cases wait for `user`, as of half a minute ago; from the cache, else one query."""
    everything = user.is_moderator
    key = _OPEN_KEY if everything else f"{_OPEN_KEY}:{user.pk}"
    rows = ReviewCase.objects.visible_to(user).filter(state=CaseState.OPEN)
    return cached(key, _OPEN_SECONDS, rows.count)


def forget_open_count() -> None:
    """Have the moderators' number counted anew: called after the commit of a change."""
    cache.delete(_OPEN_KEY)


def lines(user: Any, *, action: str = "", moderator: str = "", kind: str = "") -> QuerySet[ModerationAction]:
    """Return the log as `user` may read it, newest first."""
    rows = ModerationAction.objects.visible_to(user).select_related("actor", "target")
    for field, value in (("action", action), ("kind", kind), ("actor__username__iexact", moderator)):
        if value:
            rows = rows.filter(**{field: value})
    return rows.order_by("-created_at", "-pk")  # type: ignore[no-any-return]  # the queryset serves two models


def public_lines() -> QuerySet[ModerationAction]:
    """Return the lines that everybody may read, newest first; show them through `redacted`."""
    return ModerationAction.objects.public().order_by("-created_at", "-pk")  # type: ignore[no-any-return]


def redacted(rows: Iterable[ModerationAction]) -> list[ModerationAction]:
    """Set `is_shown`: whether title and address may be given, because everybody can read the text now; and `said`.

    That is the reason where it may be given: words to a person whom a penalty met are for that person alone.
    """
    found = list(rows)
    shown: set[tuple[str, int | None]] = set()
    for kind in moderation.kinds():
        wanted = {line.object_id for line in found if line.kind == kind.name and line.object_id is not None}
        shown |= {(kind.name, pk) for pk in (kind.shown(AnonymousUser(), wanted) if wanted else ())}
    for line in found:
        line.is_shown = (line.kind, line.object_id) in shown  # type: ignore[attr-defined]
        is_own_words = line.kind == "user" and line.reason not in FlagReason.values
        line.said = "" if is_own_words else line.reason  # type: ignore[attr-defined]
    return found


def reports_of(user: Any) -> QuerySet[Flag]:
    """Return what `user` reported, newest first, with what became of it."""
    return Flag.objects.filter(user=user).select_related("case").order_by("-created_at", "-pk")


def reason_words(reason: str) -> str:
    """Return a reason of a removal for people: one of the reasons of reports, or what a moderator wrote."""
    return str(FlagReason(reason).label) if reason in FlagReason.values else reason


def decision_words(case: ReviewCase) -> str:
    """Say who decided a case, how long ago, and how. Needs `resolved_by` loaded."""
    name = case.resolved_by.name if case.resolved_by else _("Somebody")
    words = {"name": name, "state": case.get_state_display()}
    since = case.resolved_at or timezone.now()
    if timezone.now() - since < timedelta(minutes=1):
        return _("%(name)s decided this just now: %(state)s.") % words
    ago = timesince(since).replace("\xa0", " ")
    return _("%(name)s decided this %(time)s ago: %(state)s.") % (words | {"time": ago})


def action_words(action: str) -> str:
    """Return what an action of the log is called."""
    return str(ACTIONS.get(action, action.replace("_", " ")))


def _loaded(rows: Any) -> QuerySet[ReviewCase]:
    flags = Prefetch("flags", queryset=Flag.objects.select_related("user").order_by("created_at", "pk"))
    return rows.select_related("author", "claimed_by", "resolved_by").prefetch_related(flags)  # type: ignore[no-any-return]
