"""Rows that hold a known word in every text that a person can be reached from, made by asking the models.

`plant(person, other)` makes, for each foreign key to a person, one row that points at `person` by it (all other keys to
people at `other`), with a word of its own in each text, JSON and file column. What no generic value fits, OVERRIDES
says; a model that cannot be made fails with its name, so that whoever adds one says how.
"""

import datetime
import decimal
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from community_platform.core import consistency, lifecycle

TEXTS = (models.CharField, models.TextField)  # URLs, e-mails, slugs are such
UNTOUCHED = {  # columns whose values mean something to the site: kinds, names of zones, digests
    "profiles.User.password", "profiles.User.timezone", "profiles.User.language", "courses.Course.currency",
    "account.EmailAddress.email", "usersessions.UserSession.session_key", "core.SocketTicket.digest",
}  # fmt: skip


# Of several relations a row has exactly one: the first.
ONE_OF: dict[str, tuple[str, ...]] = {
    "forum.Like": ("post", "comment"),
    "forum.Comment": ("course", "lesson"),
    "forum.Revision": ("post", "comment"),
    "forum.Watch": ("category", "tag", "course"),
}
OVERRIDES: dict[str, dict[str, Any]] = {
    "forum.Comment": {"root": None, "parent": None, "deleted_at": None},
    "forum.Topic": {"merged_into": None, "merged_post": None, "best_answer": None, "deleted_at": None},
    "forum.Post": {"reply_to": None, "deleted_at": None},
    "forum.Picture": {"comment": None, "width": 1, "height": 1},
    "forum.Tag": {"synonym_of": None},
    "courses.Order": {"list_price_minor": 5, "amount_minor": 5, "coupon": None},
    "referrals.Referral": {"status": "pending", "is_held": False, "referrer_points": 0, "referee_points": 0},
    "referrals.ReferralCode": {"max_uses": None, "usage_count": 0},
    "courses.LedgerEntry": {"kind": "charge", "amount_minor": 5},
    "courses.Coupon": {"percent": 10, "amount": None, "course": None},
    "courses.Enrollment": {"status": "active", "ended_at": None, "completed_at": None, "progress_percent": 0},
    "courses.Review": {"rating": 5, "hidden_at": None},
    "courses.QuizAttempt": {"submitted_at": None, "max_score": 0},
    "courses.WatchSpan": {"from_ms": 0, "to_ms": 1, "rate": 1},
    "profiles.Penalty": {"ends_at": None, "lifted_at": None},
    "profiles.Profile": {"birth_month": None, "birth_day": None},
    "account.EmailAddress": {"primary": False},
}  # fmt: skip
THIRD = object()  # somebody who is neither the person nor the other
# The entry of a search is exactly one thing, by the key that reaches the person.
BY_LINK: dict[str, dict[str, Any]] = {
    "forum.SearchEntry.person": {
        "kind": "person", "post": None, "comment": None, "course": None, "lesson": None, "topic": None,
        "category": None, "within": None, "author": None,
    },
    "forum.SearchEntry.author": {
        "kind": "post", "comment": None, "course": None, "lesson": None, "person": None, "within": None,
    },
    "referrals.Referral.reviewed_by": {"referee": THIRD},
}  # fmt: skip


@dataclass
class Planted:
    """Which words stand where: word → (key that reaches the person, "app.Model.field")."""

    person: Any
    other: Any
    words: dict[str, tuple[str, str]] = field(default_factory=dict)
    count: Counter[str] = field(default_factory=Counter)

    def word(self, link: str, column: str) -> str:
        word = f"canary{len(self.words):04d}x"
        self.words[word] = (link, column)
        return word


def plant(person: Any, other: Any) -> Planted:
    """Plant words in everything that points at `person`; return them."""
    planted = Planted(person, other)
    _plant_account(planted)
    failed = []
    for link in sorted(lifecycle.links()):
        model = lifecycle.links()[link].model
        if model is get_user_model() or link == "profiles.Profile.user":
            continue
        try:
            with transaction.atomic():
                _make(model, planted, link)
        except (IntegrityError, ValueError, TypeError, models.ObjectDoesNotExist) as error:
            failed.append(f"{link}: {type(error).__name__} {error}")
        planted.count[link] += 1
    assert failed == [], "say in OVERRIDES, ONE_OF or BY_LINK how these rows are made"
    consistency.check(repair=True)  # the counters of rows that were made without the services that count
    return planted


def _plant_account(planted: Planted) -> None:
    """Plant the account and the profile themselves."""
    for row in (planted.person, planted.person.profile):
        for column in row._meta.concrete_fields:
            name = f"{row._meta.label}.{column.name}"
            if name not in UNTOUCHED and not column.choices and not column.primary_key:
                _set_word(row, column, planted, "account")
        row.save()


def _set_word(row: Any, column: Any, planted: Planted, link: str) -> None:
    name = f"{row._meta.label}.{column.name}"
    if isinstance(column, models.FileField):
        word = planted.word(link, name)
        getattr(row, column.name).save(f"{word}.webp", ContentFile(word.encode()), save=False)
    elif isinstance(column, models.EmailField):
        setattr(row, column.name, f"{planted.word(link, name)}@example.com")
    elif isinstance(column, models.URLField):
        setattr(row, column.name, f"https://example.com/{planted.word(link, name)}")
    elif isinstance(column, TEXTS) and (column.max_length is None or column.max_length >= 12):
        setattr(row, column.name, planted.word(link, name))
    elif isinstance(column, models.JSONField):
        setattr(row, column.name, {"content": planted.word(link, name)})


def _make(model: type[models.Model], planted: Planted, link: str) -> Any:
    """Make a row of `model` that points at the person by `link`."""
    fixed = _fixed(model) | BY_LINK.get(link, {})
    row = model()
    for column in model._meta.concrete_fields:
        name = f"{model._meta.label}.{column.name}"
        if fixed.get(column.name) is THIRD:
            third, _is_new = get_user_model().objects.get_or_create(username="third", email="third@example.com")
            setattr(row, column.attname, third.pk)
        elif column.name in fixed:
            setattr(row, column.name, fixed[column.name])
        elif name == link:
            setattr(row, column.attname, planted.person.pk)
        elif isinstance(column, models.ForeignKey):
            setattr(row, column.attname, _related(column, planted))
        elif column.choices or name in UNTOUCHED or isinstance(column, models.AutoField):
            _set_plain(row, column)
        else:
            _set_word(row, column, planted, link)
            _set_plain(row, column)
    row.save(force_insert=True)
    return row


def _fixed(model: type[models.Model]) -> dict[str, Any]:
    return OVERRIDES.get(model._meta.label, {}) | dict.fromkeys(ONE_OF.get(model._meta.label, ())[1:])


def _related(column: Any, planted: Planted) -> Any:
    target = column.related_model
    if target is get_user_model():
        return planted.other.pk
    if column.null and not column.one_to_one and target._meta.app_label == "forum" and column.model is target:
        return None
    made = _bare(target, planted)
    return getattr(made, column.target_field.attname)


def _bare(model: type[models.Model], planted: Planted) -> Any:
    """Make a row of `model` that belongs to the other person and holds no word of this one."""
    row = model()
    fixed, first = _fixed(model), ONE_OF.get(model._meta.label, ("",))[0]
    for column in model._meta.concrete_fields:
        if fixed.get(column.name) is THIRD:
            third, _is_new = get_user_model().objects.get_or_create(username="third", email="third@example.com")
            setattr(row, column.attname, third.pk)
        elif column.name in fixed:
            setattr(row, column.name, fixed[column.name])
        elif isinstance(column, models.ForeignKey):
            if column.related_model is get_user_model():
                setattr(row, column.attname, planted.other.pk)
            elif not column.null or column.name == first:
                made = _bare(column.related_model, planted)
                setattr(row, column.attname, getattr(made, column.target_field.attname))
        else:
            _set_plain(row, column)
    row.save(force_insert=True)
    return row


_SERIAL = Counter[str]()


def _set_plain(row: Any, column: Any) -> None:
    """Give a column that is still empty a value that is valid and unique."""
    needs_none = column.has_default() or column.null or isinstance(column, models.AutoField)
    if needs_none and not (column.unique and not column.primary_key and isinstance(column, TEXTS)):
        return
    if getattr(row, column.attname) not in (None, "") and not isinstance(column, models.FileField):
        return
    _SERIAL["n"] += 1
    serial = _SERIAL["n"]
    if column.choices:
        setattr(row, column.name, next(iter(column.choices))[0])
    elif isinstance(column, models.UUIDField):
        setattr(row, column.name, uuid.uuid4())
    elif isinstance(column, TEXTS):
        setattr(row, column.name, f"v{serial}"[: column.max_length])
    elif isinstance(column, models.DateTimeField):
        setattr(row, column.name, timezone.now())
    elif isinstance(column, models.DateField):
        setattr(row, column.name, datetime.date(2026, 1, 1) + datetime.timedelta(days=serial))
    elif isinstance(column, models.DecimalField):
        setattr(row, column.name, decimal.Decimal(1))
    elif isinstance(column, models.IntegerField):
        setattr(row, column.name, serial % 12 + 1)
    elif isinstance(column, models.BooleanField):
        setattr(row, column.name, False)
    elif isinstance(column, models.GenericIPAddressField):
        setattr(row, column.name, "127.0.0.1")


def dump() -> str:
    """Return every value of every table of the database, table by table, as text."""
    lines = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [part[0] for part in cursor.description]
            for row in cursor.fetchall():
                told = (f"{name}={_said(value)}" for name, value in zip(names, row, strict=True))
                lines.append(f"{table}: " + " | ".join(told))
    return "\n".join(lines)


def _said(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", errors="replace")
    return str(value)
