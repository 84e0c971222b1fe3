"""What becomes of rows of the accounts app, and of the libraries below it, when two accounts become one."""

from django.db.models import Q

from community_platform.core import merging
from community_platform.core.merging import custom, leave, move
from profiles.models import Activity, Block, BlockKind, Flag, ReviewCase, User
from profiles.services import graph, penalties


def _follows(keep: User, absorb: User) -> int:
    """Move ties in both directions; between the two, and where both have the same, nothing is left but one."""
    return graph.carry_follows(keep=keep, absorb=absorb)


def _blocks(keep: User, absorb: User) -> int:
    """Move blocks of and against the account; of two, the stronger stays. A block ends following, as ever."""
    Block.objects.filter(Q(user=keep, other=absorb) | Q(user=absorb, other=keep)).delete()
    moved = 0
    for mine, theirs in (("user", "other"), ("other", "user")):
        for row in Block.objects.filter(**{mine: absorb}).order_by("pk"):
            other_id = getattr(row, f"{theirs}_id")
            same = Block.objects.filter(**{mine: keep, f"{theirs}_id": other_id})
            if same.exists():
                if row.kind == BlockKind.BLOCK:
                    same.update(kind=BlockKind.BLOCK)
                row.delete()
            else:
                Block.objects.filter(pk=row.pk).update(**{mine: keep})
            if row.kind == BlockKind.BLOCK:
                graph.part(keep.pk, other_id)
            moved += 1
    return moved


def _activities(keep: User, absorb: User) -> int:
    """Move deeds; what both accounts did (the same course completed) was done once, and first."""
    mine = {(row.activity_type, row.object_id): row for row in Activity.objects.filter(user=keep).order_by("pk")}
    moved = 0
    for row in Activity.objects.filter(user=absorb).order_by("pk"):
        same = mine.get((row.activity_type, row.object_id)) if row.object_id is not None else None
        if same is None:
            Activity.objects.filter(pk=row.pk).update(user=keep)
        else:
            if row.created_at < same.created_at:
                Activity.objects.filter(pk=same.pk).update(created_at=row.created_at)
            row.delete()
        moved += 1
    return moved


def _flags(keep: User, absorb: User) -> int:
    """Move reports. A second one in a case, and one of what is now one's own text, stays as that of the site.

    So weights and numbers of cases that were decided stay what they were.
    """
    flags = Flag.objects.filter(user=absorb)
    twice = flags.filter(case__flags__user=keep) | flags.filter(case__author=keep)
    moved = Flag.objects.filter(pk__in=list(twice.values_list("pk", flat=True))).update(user=None)
    moved += flags.update(user=keep)
    Flag.objects.filter(user=keep, case__author=keep).update(user=None)
    return moved


def _penalties(keep: User, absorb: User) -> int:
    """Move penalties: what one account had to bear, the person bears."""
    moved = absorb.penalties.update(user=keep)
    if moved:
        for account in (keep, absorb):
            penalties.derive(account=account)
    return moved


def _cases(keep: User, absorb: User) -> int:
    return ReviewCase.objects.filter(author=absorb).update(author=keep)


SIGN_IN = "signing in is not carried over, lest a mistaken merge opens an account to others; erasing removes it"
LOG = "an append-only log: what was done stays said of the account that it was done with"


def register() -> None:
    """Register what becomes of the rows."""
    merging.rules(
        leave(
            "account.EmailAddress.user", "mfa.Authenticator.user", "socialaccount.SocialAccount.user",
            "usersessions.UserSession.user", "profiles.ApiToken.user", "core.SocketTicket.user", reason=SIGN_IN,
        ),
        leave(
            "profiles.User_groups.user", "profiles.User_user_permissions.user",
            reason="rights are given, not merged; erasing takes them",
        ),
        leave(
            "profiles.ModerationAction.actor", "profiles.ModerationAction.target", "profiles.SupportAction.actor",
            "profiles.SupportAction.person", "admin.LogEntry.user", reason=LOG,
        ),
        leave("core.IdempotencyKey.user", reason="answers kept for a day, named by digests; erasing removes them"),
        leave("profiles.Profile.user", reason="the texts of the account that stays win; erasing empties the other"),
        leave("profiles.DataExport.user", reason="a copy of the other account alone; erasing removes it"),
        leave("profiles.ErasureRequest.user", reason="asked of the other account alone; erasing removes it"),
        custom(_cases, "profiles.ReviewCase.author"),
        custom(_flags, "profiles.Flag.user"),
        custom(_follows, "profiles.Follow.follower", "profiles.Follow.following"),
        custom(_blocks, "profiles.Block.user", "profiles.Block.other"),
        custom(_activities, "profiles.Activity.user"),
        custom(_penalties, "profiles.Penalty.user"),
        move("profiles.FormerUsername.user"),
        move(
            "profiles.Penalty.issued_by", "profiles.Penalty.lifted_by", "profiles.ReviewCase.claimed_by",
            "profiles.ReviewCase.resolved_by",
        ),
    )  # fmt: skip

