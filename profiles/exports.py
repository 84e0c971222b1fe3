"""What the accounts app gives to a person who asks for their data, and what it keeps to itself."""

from collections.abc import Iterator

from django.db.models.fields.files import FieldFile

from community_platform.core import lifecycle
from community_platform.core.lifecycle import Row, Subject, table
from profiles.models import (
    Activity,
    ApiToken,
    Block,
    DataExport,
    ErasureRequest,
    Flag,
    Follow,
    FormerUsername,
    Penalty,
    Profile,
    ReviewCase,
    SupportAction,
    User,
)

_ACCOUNT = (
    "id", "username", "email", "display_name", "language", "timezone", "is_profile_public", "show_badges",
    "show_courses", "show_activity", "trust_level", "silenced_until", "forum_banned_until", "suspended_until",
    "date_joined", "last_login",
)  # fmt: skip
_PROFILE = (
    "bio", "location", "website", "linkedin_url", "github_url", "twitter_url", "birth_month", "birth_day",
    "followers_count", "following_count", "total_points", "level", "courses_completed", "courses_created",
)  # fmt: skip


def _account(user: User) -> Iterator[Row]:
    account = User.objects.get(pk=user.pk)
    yield {name: getattr(account, name) for name in _ACCOUNT} | {
        "role": account.role,
        "rights": list(account.user_permissions.order_by("pk").values_list("codename", flat=True)),
        "avatar": account.avatar.name or None,
    }


def _library(name: str, reverse: str, *columns: str) -> Subject:
    """Return the subject of a table of the sign-in library, by its reverse name: we do not import that library here."""
    field = User._meta.get_field(reverse).field  # type: ignore[union-attr]  # every reverse relation has one
    return table(f"profiles/{name}", field.model, field.name, columns)


def _files(user: User) -> Iterator[tuple[str, FieldFile]]:
    account = User.objects.select_related("profile").get(pk=user.pk)
    yield "avatar.webp", account.avatar
    yield "cover.webp", account.profile.cover


def register() -> None:
    """Register what is given out; every model is loaded by then."""
    lifecycle.exports(
        Subject(
            "profiles/account", ("profiles.User_groups.user", "profiles.User_user_permissions.user"), _account,
            is_single=True,
        ),
        table("profiles/profile", Profile, "user", _PROFILE, is_single=True),
        table("profiles/former_usernames", FormerUsername, "user", ("username", "changed_at")),
        table("profiles/following", Follow, "follower", {"username": "following__username", "since": "created_at"}),
        table("profiles/followers", Follow, "following", {"username": "follower__username", "since": "created_at"}),
        table("profiles/blocks", Block, "user", {"username": "other__username", "kind": "kind", "since": "created_at"}),
        table(
            "profiles/activities", Activity, "user",
            ("activity_type", "object_id", "url", "metadata", "created_at"),
        ),
        table(
            "profiles/tokens", ApiToken, "user",
            {"name": "name", "scopes": "scopes", "created_at": "created", "expires_at": "expiry",
             "last_used_at": "last_used_at", "is_personal": "is_personal"},
        ),
        table(
            "profiles/exports", DataExport, "user", ("state", "created_at", "finished_at", "expires_at", "size"),
        ),
        table("profiles/erasure", ErasureRequest, "user", ("created_at", "due_at")),
        table(
            "profiles/support_views", SupportAction, "person", ("action", "route", "reason", "created_at"),
        ),
        table(
            "conduct/reports", Flag, "user",
            {"kind": "case__kind", "object": "case__object_id", "reason": "reason", "note": "note",
             "state": "case__state", "created_at": "created_at"},
        ),
        table(
            "conduct/penalties", Penalty, "user", ("kind", "reason", "starts_at", "ends_at", "lifted_at"),
        ),
        table(
            "conduct/cases", ReviewCase, "author",
            ("kind", "object_id", "snapshot", "state", "created_at", "resolved_at"),
        ),
        _library("emails", "emailaddress", "email", "verified", "primary"),
        _library("connected_accounts", "socialaccount", "provider", "uid", "extra_data", "date_joined", "last_login"),
        _library("two_step_sign_in", "authenticator", "type", "created_at", "last_used_at"),
        _library("sessions", "usersession", "ip", "user_agent", "created_at", "last_seen_at"),
    )  # fmt: skip
    lifecycle.files("profiles", _files)
    log = "an append-only log of what moderators and administrators did; it holds their words, not the person's"
    evidence = "a case keeps what was reported of a text that stays itself, without its author's name"
    lifecycle.stays(
        {
            "profiles.ModerationAction.title": log,
            "profiles.ModerationAction.url": log,
            "profiles.ModerationAction.reason": log,
            "profiles.ModerationAction.note": log,
            "profiles.ModerationAction.action": log,
            "profiles.ModerationAction.kind": log,
            "profiles.SupportAction.route": log,
            "profiles.SupportAction.reason": log,
            "profiles.ReviewCase.snapshot": evidence,
            "profiles.ReviewCase.kind": evidence,
            "profiles.ReviewCase.resolution_note": evidence,
            "profiles.Penalty.issued_by": "a measure against another person",
            "profiles.Penalty.lifted_by": "a measure against another person",
            "profiles.Block.other": "what another person decided",
            "admin.LogEntry.user": log,
        }
    )
    lifecycle.withheld(
        {
            "profiles.Block.other": "who blocks or ignores somebody is theirs to know",
            "profiles.Penalty.issued_by": "a measure against another person; it is in the export of that person",
            "profiles.Penalty.lifted_by": "a measure against another person",
            "profiles.ReviewCase.claimed_by": "the work of moderators on texts of others",
            "profiles.ReviewCase.resolved_by": "the work of moderators on texts of others",
            "profiles.ModerationAction.actor": "the log of moderation is the school's, about others",
            "profiles.ModerationAction.target": "names moderators and their notes; what it did to the person is in "
            "conduct/penalties and conduct/cases",
            "profiles.SupportAction.actor": "whom an administrator helped is data of that person",
            "core.SocketTicket.user": "keys that live for seconds, kept as digests",
            "core.IdempotencyKey.user": "answers kept for a day so that a repeated request does nothing twice; what "
            "they made is exported itself",
            "admin.LogEntry.user": "the log of the administration is the school's, about others",
        }
    )
