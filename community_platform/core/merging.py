"""One person, two accounts: what becomes of every row that points at the one which goes.

Each app says it in its `merging.py`, by foreign key ("app.Model.field"), for all that point at accounts:

    merging.rules(
        move("forum.Picture.owner"),
        move_unique("forum.Draft.user", same=("key",)),          # what both have: the kept account's row wins
        move_unique("forum.TopicRead.user", same=("topic_id",), join=_read_further),
        custom(merge_likes, "forum.Like.user"),                  # counters move with it
        leave("forum.SearchEntry.person", reason="erasing the account removes it"),
    )

A test asks every table and fails for a link without a rule. Rules run in the order of their apps (the lowest first) in
one transaction, with both accounts locked; each may run again and then finds nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, QuerySet

from community_platform.core.lifecycle import links

CHUNK = 500
Work = Callable[[Any, Any], int]  # (account that stays, account that goes) → rows changed
Join = Callable[[Any, Any], Sequence[str]]  # (row that stays, row that goes) → fields of the first that changed


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of `links`. `reason` says why rows stay with the account that goes."""

    links: tuple[str, ...]
    work: Work | None
    reason: str = ""


_rules: list[Rule] = []


def rules(*given: Rule) -> None:
    """Add rules, to run in this order after those that are there."""
    _rules.extend(given)


def move(*of: str) -> Rule:
    """Let rows of these links point at the account that stays. One statement each."""

    def work(keep: Any, absorb: Any) -> int:
        return sum(_of(link, absorb).update(**{_field(link): keep.pk}) for link in of)

    return Rule(of, work)


def move_unique(link: str, *, same: Sequence[str], join: Join | None = None) -> Rule:
    """As `move`, where an account has one row for each value of the columns `same`.

    Where both have one, `join(kept row, other row)` may change the kept row and names the fields it changed; the other
    row is deleted. Counters that count such rows need a `custom` rule.
    """

    def work(keep: Any, absorb: Any) -> int:
        mine: dict[tuple[Any, ...], Any] = {}
        theirs = list(_of(link, absorb).order_by("pk"))
        if theirs:
            mine = {_values(row, same): row for row in _of(link, keep).order_by("pk")}
        moved = []
        for row in theirs:
            kept = mine.get(_values(row, same))
            if kept is None:
                moved.append(row.pk)
                continue
            changed = join(kept, row) if join is not None else ()
            _of(link, absorb).filter(pk=row.pk).delete()
            if changed:
                kept.save(update_fields=list(changed))
        for start in range(0, len(moved), CHUNK):
            _of(link, absorb).filter(pk__in=moved[start : start + CHUNK]).update(**{_field(link): keep.pk})
        return len(theirs)

    return Rule((link,), work)


def custom(work: Work, *of: str, reason: str = "") -> Rule:
    """Let `work(keep, absorb)` do it; it returns how many rows it changed.

    With a `reason` rows of these links may stay with the account that goes.
    """
    return Rule(of, work, reason)


def leave(*of: str, reason: str) -> Rule:
    """Leave rows of these links as they are."""
    return Rule(of, None, reason)


def run(keep: Any, absorb: Any) -> dict[str, int]:
    """Run every rule and return how many rows changed, by app. The caller holds both accounts."""
    changed: dict[str, int] = {}
    for rule in _rules:
        if rule.work is not None:
            app = rule.links[0].partition(".")[0]
            changed[app] = changed.get(app, 0) + rule.work(keep, absorb)
    return {app: count for app, count in changed.items() if count}


def without_rule() -> set[str]:
    """Return the links that no app has a rule for: none, or an app forgot them."""
    return set(links()) - {link for rule in _rules for link in rule.links}


def vanished() -> set[str]:
    """Return the links that rules name and no table has any more."""
    return {link for rule in _rules for link in rule.links} - set(links())


def named_twice() -> set[str]:
    """Return the links that have two rules."""
    named = [link for rule in _rules for link in rule.links]
    return {link for link in named if named.count(link) > 1}


def left() -> set[str]:
    """Return the links whose rows stay with the account that goes."""
    return {link for rule in _rules if rule.reason for link in rule.links}


def step(model: type[Model], pk: Any, **steps: int) -> None:
    """Move counters of one row by as much as rows were really inserted or deleted."""
    model._base_manager.filter(pk=pk).update(**{column: F(column) + by for column, by in steps.items()})


def _field(link: str) -> str:
    return link.rpartition(".")[2]


def _of(link: str, account: Any) -> QuerySet[Any]:
    model = links()[link].model
    return model._base_manager.filter(**{_field(link): account.pk})


def _values(row: Any, columns: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, column) for column in columns)
