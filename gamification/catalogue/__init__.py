"""The catalogue as the school ships it (`badges.yaml`): badges, points of actions, holidays, events; and levels."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

NIGHTLY = "nightly"
_FILE = Path(__file__).with_name("badges.yaml")

# Whose work an action is: boards count learning and community, and leave the rest out of the short periods.
BUCKETS = {
    "lesson_completed": "learning",
    "course_completed": "learning",
    "quiz_passed": "learning",
    "quiz_perfect": "learning",
    "course_published": "teaching",
    "five_star_review": "teaching",
}


@lru_cache(maxsize=1)
def load() -> dict[str, Any]:
    """Return the whole catalogue, the defaults filled into each badge. Read once a process."""
    data: dict[str, Any] = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    data["badges"] = [{**data["defaults"], **badge} for badge in data["badges"]]
    return data


def key_of(action: str, **parts: Any) -> str:
    """Return the ledger's key of an action, by the pattern that the catalogue gives it."""
    return str(_keys()[action]).format(**parts)


def metrics_heard(event: str) -> tuple[str, ...]:
    """Return the metrics that `event` (a name of the catalogue, such as lesson.completed) may move."""
    return tuple(name for name, metric in load()["metrics"].items() if event in metric["events"])


def problems(metrics: set[str], icons: Any) -> list[str]:
    """Say what is wrong with the catalogue; `metrics` are the names that have a function, `icons(name)` finds one."""
    data = load()
    found = [f"metric {name} has no function" for name in sorted(set(data["metrics"]) - metrics)]
    found += [f"metric {name} is not in the catalogue" for name in sorted(metrics - set(data["metrics"]))]
    slugs = [badge["slug"] for badge in data["badges"]]
    found += [f"badge {slug} is there twice" for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1})]
    for badge in data["badges"]:
        found += [f"badge {badge['slug']}: {problem}" for problem in _wrong(badge, data, icons)]
    return found


def _wrong(badge: dict[str, Any], data: dict[str, Any], icons: Any) -> list[str]:
    found = []
    low, high = data["enums"]["rarity"].get(badge["rarity"], (1, 0))
    if not low <= badge["points"] <= high:
        found.append(f"{badge['points']} points are not {badge['rarity']}")
    if badge["category"] not in data["enums"]["category"]:
        found.append(f"unknown category {badge['category']}")
    found += [f"unknown trigger {name}" for name in badge["triggers"] if name not in data["events"]]
    rule = badge["rule"]
    if not rule.get("manual") and rule.get("metric") not in data["metrics"]:
        found.append(f"unknown metric {rule.get('metric')}")
    if not rule.get("manual") and rule.get("op") not in {">=", "<="}:
        found.append(f"unknown comparison {rule.get('op')}")
    if rule.get("event") and rule["event"] not in {event["slug"] for event in data["seasonal_events"]}:
        found.append(f"unknown event {rule['event']}")
    if not icons(badge["icon"]):
        found.append(f"unknown icon {badge['icon']}")
    return found


@lru_cache(maxsize=1)
def _keys() -> dict[str, str]:
    return {row["action"]: row["key"] for row in load()["action_points"]}
