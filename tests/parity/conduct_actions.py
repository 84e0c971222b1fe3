"""What moderators do to people."""

from typing import Any

from tests.parity.doors import Action, Try

PENALTIES = "profiles.services.penalties"


def _page(kind: str) -> Any:
    return lambda w, name, text: (f"/moderation/people/{name}/", {"kind": kind, "lasts": "good", "reason": text})


def _door(path: str) -> Any:
    return lambda w, name, text: ("post", path.format(w.people[name].pk), {"reason": text, "until": None})


def _change(w: Any, pk: int, text: str) -> tuple[str, dict[str, Any]]:
    return f"/moderation/people/dora/penalties/{pk}/", {"lasts": "good" if text != "over" else "over"}


TRIES = {
    "done": Try("maxim", "boris"), "empty": Try("maxim", "boris", "", 400),
    "denied": Try("anna", "boris", status=403), "themselves": Try("maxim", "maxim", status=403),
}  # fmt: skip
CONDUCT_ACTIONS = [
    Action("ban", (f"{PENALTIES}.penalise",), _page("forum_ban"), _door("/api/forum/users/{}/ban"), TRIES),
    Action("suspend", (f"{PENALTIES}.penalise",), _page("suspension"), _door("/api/users/{}/suspend"), TRIES),
    Action(
        "warn", (f"{PENALTIES}.penalise",), _page("warning"),
        lambda w, name, text: (
            "post", f"/api/moderation/people/{w.people[name].pk}/penalties", {"kind": "warning", "reason": text},
        ),
        TRIES,
    ),
    Action(
        "change a penalty", (f"{PENALTIES}.change_penalty",), _change,
        lambda w, pk, text: ("put", f"/api/moderation/penalties/{pk}", {"until": None}),
        {"done": Try("maxim", "silence"), "denied": Try("anna", "silence", status=403)},
    ),
    Action(
        "lift a penalty", (f"{PENALTIES}.lift",), _change,
        lambda w, pk, text: ("delete", f"/api/moderation/penalties/{pk}", None),
        {"done": Try("maxim", "silence", "over"), "denied": Try("anna", "silence", "over", status=403)},
    ),
]  # fmt: skip
