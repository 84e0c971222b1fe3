"""Which channels people may not hear any more: asked again when something about their rights has changed."""

from collections.abc import Mapping

from community_platform.core.realtime.accounts import load_user
from community_platform.core.realtime.channels import split_by_right


def matches(name: str, *, channel: str, kind: str) -> bool:
    """Tell whether the channel `name` is the one that is meant, or of the kind that is meant; neither means all."""
    return name == channel if channel else name.startswith(f"{kind}.") or not kind


def denied(asked: Mapping[int, set[str]]) -> dict[int, list[str]]:
    """Return those of each person's channels that they may not hear. A query or two for each person and channel."""
    return {pk: split_by_right(load_user(pk), sorted(names))[1] for pk, names in asked.items() if names}
