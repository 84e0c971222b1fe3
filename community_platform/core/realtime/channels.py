"""Names of channels (`topic.5`) and who may listen to which."""

import re
from collections.abc import Callable, Iterable
from typing import Any

MaySubscribe = Callable[[Any, int], bool]

_NAME = re.compile(r"([a-z]{1,20})\.([1-9][0-9]{0,17})", re.ASCII)
_kinds: dict[str, MaySubscribe] = {}


def register_channel(kind: str, may_subscribe: MaySubscribe) -> None:
    """Open channels `<kind>.<id>` to whomever `may_subscribe(user, id)` lets in.

    It is a plain synchronous function of at most one query; `user` may be anonymous. Called in `AppConfig.ready()`.
    """
    _kinds[kind] = may_subscribe


def is_channel(name: object) -> bool:
    """Tell whether `name` has the form of a channel; not whether it exists."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def may_subscribe(user: Any, name: str) -> bool:
    """Tell whether `user` may listen to `name`; an unknown kind is like an invisible object."""
    match = _NAME.fullmatch(name)
    if match is None or match[1] not in _kinds:
        return False
    return _kinds[match[1]](user, int(match[2]))


def split_by_right(user: Any, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return (granted, denied), each in the order asked and without repeats."""
    granted: list[str] = []
    denied: list[str] = []
    for name in dict.fromkeys(names):
        (granted if may_subscribe(user, name) else denied).append(name)
    return granted, denied


def user_channel(user_id: int) -> str:
    """Return the private channel of one person; every socket of theirs listens from the start."""
    return f"user.{user_id}"


def _own_channel(user: Any, user_id: int) -> bool:
    return bool(user.is_authenticated and user.pk == user_id)


register_channel("user", _own_channel)
