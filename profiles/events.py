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
