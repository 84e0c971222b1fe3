"""Brings the catalogue into the database. What administrators edited there stays."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from gamification import catalogue
from gamification.models import ActionPoints, Badge, Bucket, Holiday, SeasonalEvent

YEARS_AHEAD = 2
_WRITTEN = (
    "number", "section", "category", "rarity", "points", "icon", "name_en", "name_ru", "description_en",
    "description_ru", "metric", "op", "threshold", "event", "scope", "is_manual", "is_hidden", "is_seasonal",
    "has_progress", "has_backfill", "counts_for_ultimate", "is_active",
)  # fmt: skip


def sync_catalogue(*, today: date | None = None) -> int:
    """Write the badges, and whatever is missing of points, holidays and seasonal events; return the number of badges.

    A badge that left the catalogue can no longer be earned; whoever holds it keeps it. Repeatable.
    """
    data = catalogue.load()
    with transaction.atomic():
        rows = [_badge(badge) for badge in data["badges"]]
        Badge.objects.exclude(slug__in=[row.slug for row in rows]).update(is_active=False)
        Badge.objects.bulk_create(rows, update_conflicts=True, unique_fields=["slug"], update_fields=_WRITTEN)
        _add_actions(data["action_points"])
        _add_holidays(data["holidays"])
        _add_events(data["seasonal_events"], today or timezone.now().date())
    return len(rows)


def _badge(row: dict) -> Badge:  # type: ignore[type-arg]  # what the file holds
    rule = row["rule"]
    return Badge(
        slug=row["slug"], number=row["n"], section=row["section"], category=row["category"], rarity=row["rarity"],
        points=row["points"], icon=row["icon"], name_en=row["name"]["en"], name_ru=row["name"]["ru"],
        description_en=row["description"]["en"], description_ru=row["description"]["ru"],
        metric=rule.get("metric", ""), op=rule.get("op", ">="), threshold=rule.get("value", 0),
        event=rule.get("event", ""), scope=row["scope"], is_manual=row["manual"], is_hidden=row["hidden"],
        is_seasonal=row["seasonal"], has_progress=row["progress"], has_backfill=row["backfill"],
        counts_for_ultimate=row["ultimate"], is_active=True,
    )  # fmt: skip


def _add_actions(rows: list[dict]) -> None:  # type: ignore[type-arg]
    priced = [row for row in rows if isinstance(row["points"], int)]  # a badge brings its own points
    ActionPoints.objects.bulk_create(
        [
            ActionPoints(
                action=row["action"],
                bucket=catalogue.BUCKETS.get(row["action"], Bucket.COMMUNITY),
                points=row["points"],
                daily_cap=row["cap"],
                pair_cap=row.get("pair_cap"),
            )
            for row in priced
        ],
        ignore_conflicts=True,
    )


def _add_holidays(rows: list[dict]) -> None:  # type: ignore[type-arg]
    days = [(*(int(part) for part in row["md"].split("-")), row["name"]) for row in rows]
    Holiday.objects.bulk_create(
        [Holiday(month=month, day=day, name_en=name["en"], name_ru=name["ru"]) for month, day, name in days],
        ignore_conflicts=True,
    )


def _add_events(rows: list[dict], today: date) -> None:  # type: ignore[type-arg]
    """Write the yearly events from last year's on; an event bears the year in which it begins."""
    names = {"new-year": ("New Year", "Новый год")}
    made = []
    for row in rows:
        start, end = ([int(part) for part in day.split("-")] for day in row["window"].split(".."))
        for year in range(today.year - 1, today.year + YEARS_AHEAD):
            ends = date(year if end >= start else year + 1, *end)
            english, russian = names.get(row["slug"], (row["slug"], row["slug"]))
            made.append(
                SeasonalEvent(
                    slug=row["scope_key"].format(start_year=year), kind=row["slug"], name_en=f"{english} {year}",
                    name_ru=f"{russian} {year}", starts_on=date(year, *start), ends_on=ends,
                )
            )  # fmt: skip
    SeasonalEvent.objects.bulk_create(made, ignore_conflicts=True)
