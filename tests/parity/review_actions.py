"""What can be reported and decided, and the categories that moderators keep."""

from typing import Any

from tests.parity.doors import Action, Try

REPORTS, REVIEW, CATEGORIES = (
    "profiles.services.reports", "profiles.services.review", "forum.services.categories",
)  # fmt: skip
LONG = "x" * 1_001


def _category(world: Any, key: Any, text: str) -> dict[str, Any]:
    return {
        "name": text, "slug": "", "description": "Why things fall", "icon": "atom", "order_index": 3,
        "audience": "members", "course": "algebra", "min_trust_level": 1, "slow_mode_seconds": 60,
        "moderators": "boris, anna",
    }  # fmt: skip


def _category_json(world: Any, key: Any, text: str) -> dict[str, Any]:
    return {**_category(world, key, text), "moderators": ["boris", "anna"], "staff_only_topics": False}


REVIEW_ACTIONS = [
    *(
        Action(
            f"report {kind}", (f"{REPORTS}.report",),
            lambda w, pk, text, kind=kind: (f"/moderation/report/{kind}/{pk}/", {"reason": "spam", "note": text}),
            lambda w, pk, text, path=path: ("post", f"/api/{path}/{pk}/flag", {"reason": "spam", "note": text}),
            tries,
        )
        for kind, path, tries in (
            ("topic", "forum/topics", {
                "done": Try("boris", "topic"), "own": Try("anna", "topic", status=403),
                "hidden": Try("boris", "hidden", status=404), "too long": Try("boris", "topic", LONG, 400),
            }),
            ("post", "forum/posts", {
                "done": Try("chen", "post"), "by a moderator": Try("maxim", "post"),
                "again": Try("chen", "reported", status=409), "removed": Try("chen", "gone", status=404),
            }),
            ("comment", "comments", {
                "done": Try("chen", "comment"), "own": Try("boris", "comment", status=403),
                "hidden": Try("chen", "hidden_comment", status=404),
            }),
        )
    ),
    *(
        Action(
            f"decide: {action}", (f"{REVIEW}.resolve",),
            lambda w, pk, text, action=action: (
                f"/moderation/case/{pk}/resolve/", {"action": action, "note": text, "reason": "Ads"},
            ),
            lambda w, pk, text, action=action: (
                "post", f"/api/moderation/queue/{pk}/resolve", {"action": action, "note": text, "reason": "Ads"},
            ),
            {
                "done": Try("maxim", "case"), "decided": Try("maxim", "closed_case", status=409),
                "too long": Try("maxim", "case", LONG, 400),
            },
        )
        for action in ("agree", "hide", "edit", "delete", "disagree", "ignore")
    ),
    Action(
        "decide with a warning", (f"{REVIEW}.resolve",),
        lambda w, pk, text: (
            f"/moderation/case/{pk}/resolve/",
            {"action": "hide", "penalty": "warning", "lasts": "1d", "penalty_reason": text},
        ),
        lambda w, pk, text: (
            "post", f"/api/moderation/queue/{pk}/resolve",
            {"action": "hide", "penalty": {"kind": "warning", "reason": text}},
        ),
        {"done": Try("maxim", "case")},
    ),
    Action(
        "claim a case", (f"{REVIEW}.claim",),
        lambda w, pk, text: (f"/moderation/case/{pk}/claim/", {"is_claimed": "1"}),
        lambda w, pk, text: ("put", f"/api/moderation/queue/{pk}/claim", {"is_claimed": True}),
        {"done": Try("maxim", "case")},
    ),
    Action(
        "make a category", (f"{CATEGORIES}.create_category",),
        lambda w, pk, text: ("/moderation/categories/new/", _category(w, pk, text)),
        lambda w, pk, text: ("post", "/api/forum/categories", _category_json(w, pk, text)),
        {
            "done": Try("maxim", "", "Physics"), "denied": Try("anna", "", "Physics", 403),
            "empty": Try("maxim", "", "", 400), "a page's address": Try("maxim", "", "Search", 400),
        },
    ),
    Action(
        "change a category", (f"{CATEGORIES}.edit_category",),
        lambda w, pk, text: (f"/moderation/categories/{pk}/", _category(w, pk, text)),
        lambda w, pk, text: ("put", f"/api/forum/categories/{pk}", _category_json(w, pk, text)),
        {"done": Try("maxim", "shelf", "Physics"), "denied": Try("chen", "shelf", "Physics", 403)},
    ),
]  # fmt: skip
