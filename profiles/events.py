"""Facts about people."""

from dataclasses import dataclass

from community_platform.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRegistered(DomainEvent):
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailConfirmed(DomainEvent):
    user_id: int
    email: str
