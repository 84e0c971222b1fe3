"""Facts about people."""

from dataclasses import dataclass

from community_platform.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRegistered(DomainEvent):
    """An account exists. Its e-mail is not confirmed yet unless a social provider vouched for it."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailConfirmed(DomainEvent):
    """A person proved that `email` is theirs; heard again when they change to another one."""

    user_id: int
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged(DomainEvent):
    """What others see of a person changed: name, picture, role, or that the account is active at all."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentReported(DomainEvent):
    """Somebody reported a text; `flags_count` is 1 when that opened the case."""

    case_id: int
    user_id: int | None  # nobody: the site held it
    flags_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResolved(DomainEvent):
    """A case was decided; `state` is agreed, disagreed or ignored. Its reporters want to know."""

    case_id: int
    state: str
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyIssued(DomainEvent):
    """A person was warned, silenced, banned from the forum or suspended (`kind`); they want to know why."""

    penalty_id: int
    user_id: int
    kind: str
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyChanged(DomainEvent):
    """A penalty was lifted, or ends at another time. Nobody says that one is over because its time has come."""

    penalty_id: int
    user_id: int
    kind: str
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed(DomainEvent):
    """One person began to follow another; not told again when they do so again soon."""

    follower_id: int
    following_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataExportRequested(DomainEvent):
    """A person asked for a copy of their data."""

    export_id: int
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataExportFinished(DomainEvent):
    """The copy is there, for two days."""

    export_id: int
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsMerged(DomainEvent):
    """Two accounts of one person became one: everything of `absorbed_id` is that of `user_id` now."""

    user_id: int
    absorbed_id: int
    actor_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountErased(DomainEvent):
    """An account was erased; its row stays without a name."""

    user_id: int
