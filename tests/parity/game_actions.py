"""What can be done with the game: bug reports and the personal switch."""

from typing import Any

from tests.parity.doors import Action, Try
from tests.parity.other_actions import TEXT, _form, _json

BUGS = "gamification.services.bugs"
STORY = "I pressed the button and nothing at all happened."

def _pins(world: Any, key: Any, text: str) -> Any:
    return "put", "/api/gamification/pins", {"badges": [text]}


GAME_ACTIONS = [
    Action(
        "choose the badges of one's showcase", ("gamification.services.showcase.set_pins",),
        _form("/badges/pins/", badges=TEXT), _pins,
        {"done": Try("anna", "", "early"), "not held": Try("boris", "", "early", 400)},
    ),
    Action(
        "work for a badge", ("gamification.services.goals.set_goal",),
        _form("/badges/aim/goal/", chosen="1"), _json("put", "gamification/badges/aim/goal"),
        {"done": Try("boris", "")},
    ),
    Action(
        "report a bug", (f"{BUGS}.report_bug",),
        _form("/bugs/new/", title=TEXT, description=STORY, page="/courses/"),
        _json("post", "gamification/bugs", title=TEXT, description=STORY, page="/courses/"),
        {
            "done": Try("boris", "", "The button does nothing"), "too short": Try("boris", "", "No", 400),
            "too long": Try("boris", "", "x" * 161, 400), "NUL": Try("boris", "", "a\x00bcdefghij", 400),
        },
    ),
    Action(
        "decide about a bug report", (f"{BUGS}.decide_bug",),
        _form("/bugs/{}/decide/", state=TEXT, answer="Thank you"),
        _json("post", "gamification/bugs/{}/decide", state=TEXT, answer="Thank you"),
        {
            "done": Try("maxim", "bug", "confirmed"), "denied": Try("anna", "bug", "confirmed", 403),
            "hidden": Try("boris", "bug", "confirmed", 404), "no decision": Try("maxim", "bug", "mended", 400),
            "one's own": Try("maxim", "staff_bug", "confirmed", 403),
            "decided already": Try("maxim", "decided_bug", "rejected", 409),
            "opened again": Try("maxim", "decided_bug", "new"),
        },
    ),
    Action(
        "choose what to see of the game", ("gamification.services.preferences.set_preferences",),
        _form("/settings/game/", is_on="on"),
        _json("patch", "gamification/preferences", is_on=True, in_leaderboards=False, has_reminders=False),
        {"done": Try("boris", "")},
    ),
]  # fmt: skip
