"""What can be done in the studio."""

from types import SimpleNamespace
from typing import Any

from tests.parity.doors import Action, Try
from tests.parity.other_actions import LONG, TEXT, _form, _json
from tests.parity.studio_world import leaflet

AUTHORING, QUIZZES, ORDER = (f"courses.services.{name}" for name in ("authoring", "quizzes", "studio_order"))


def _tries(target: str, text: str = "A new title", **more: Try) -> dict[str, Try]:
    """Return what holds for every edit: the owner does it, the assistant may not, for others there is nothing."""
    return {
        "done": Try("irina", target, text), "assistant": Try("fay", target, text, 403),
        "foreign": Try("egor", target, text, 404), "student": Try("anna", target, text, 404),
        "absent": Try("irina", "no_one", text, 404), **more,
    }  # fmt: skip


def _titles(target: str) -> dict[str, Try]:
    return _tries(
        target, empty=Try("irina", target, "", 400), long=Try("irina", target, LONG, 400),
        nul=Try("irina", target, "a\x00b", 400),
    )  # fmt: skip


COURSE = {"summary": "In short", "level": "advanced", "language": "ru", "price": "9.50", "currency": "EUR"}
ARTICLE = {"content": "Some **text**", "is_required": True, "is_preview": False}


def _new_course(world: SimpleNamespace, key: Any, text: str) -> Any:
    return "/studio/new/", {**COURSE, "title": text, "category": world.category_pk}


def _new_course_api(world: SimpleNamespace, key: Any, text: str) -> Any:
    data = {**COURSE, "title": text, "category": world.category_slug, "description": "", "objectives": ""}
    return "post", "/api/studio/courses", data


def _edit_course(world: SimpleNamespace, key: Any, text: str) -> Any:
    return f"/studio/courses/{key}/edit/", _new_course(world, key, text)[1]


def _edit_course_api(world: SimpleNamespace, key: Any, text: str) -> Any:
    return "patch", f"/api/studio/courses/{key}", _new_course_api(world, key, text)[2]


def _lesson(path: str) -> Any:
    fields = {**ARTICLE, "is_required": "on", "duration_seconds": "2:05", "is_preview": ""}
    return _form(path, title=TEXT, **{name: value for name, value in fields.items() if value})


def _lesson_api(method: str, path: str) -> Any:
    return _json(method, path, title=TEXT, duration_seconds=125, **ARTICLE)


def _place(world: SimpleNamespace, key: Any, text: str) -> Any:
    section = getattr(world, text, text)
    return f"/studio/lessons/{key}/place/", {"section": section, "index": 0}


def _place_api(world: SimpleNamespace, key: Any, text: str) -> Any:
    section = getattr(world, text, text)
    return "put", f"/api/studio/lessons/{key}/place", {"section": section, "index": 0}


QUESTION = {"choice_0": "Yes", "choice_1": "No", "right": "0", "points": 2, "explanation": "Why"}
QUESTION_API = {
    "kind": "single", "points": 2, "explanation": "Why",
    "choices": [{"text": "Yes", "is_correct": True}, {"text": "No"}],
}  # fmt: skip
NONE_RIGHT = [{"text": "Yes"}, {"text": "No"}]
SETTINGS = {"pass_percent": 75, "attempts_max": 2, "grading": "last", "feedback": "marks"}

STUDIO_ACTIONS = [
    Action(
        "make a course", (f"{AUTHORING}.create_course",), _new_course, _new_course_api,
        {
            "done": Try("irina", "making"), "empty": Try("irina", "making", "", 400),
            "long": Try("irina", "making", LONG, 400), "student": Try("anna", "making", status=403),
            "assistant": Try("fay", "making", status=403),
        },
    ),
    Action("change a course", (f"{AUTHORING}.update_course",), _edit_course, _edit_course_api, _titles("making")),
    Action(
        "publish", (f"{AUTHORING}.publish",), _form("/studio/courses/{}/publish/"),
        _json("post", "studio/courses/{}/publish"), _tries("making", nothing=Try("irina", "bare", status=409)),
    ),
    Action(
        "unpublish", ("courses.services.studio.unpublish",), _form("/studio/courses/{}/unpublish/"),
        _json("post", "studio/courses/{}/unpublish"),
        {
            "done": Try("irina", "quiet"), "students": Try("irina", "taken", status=409),
            "foreign": Try("egor", "quiet", status=404), "a draft": Try("irina", "making"),
            "assistant": Try("fay", "making", status=403),
        },
    ),
    Action(
        "archive", (f"{AUTHORING}.archive",), _form("/studio/courses/{}/archive/"),
        _json("post", "studio/courses/{}/archive"), _tries("making"),
    ),
    Action(
        "duplicate", ("courses.services.duplicate.duplicate_course",), _form("/studio/courses/{}/duplicate/"),
        _json("post", "studio/courses/{}/duplicate"), {**_tries("making"), "done": Try("irina", "quiet")},
    ),
    Action(
        "add a section", (f"{AUTHORING}.add_section",), _form("/studio/courses/{}/sections/", title=TEXT),
        _json("post", "studio/courses/{}/sections", title=TEXT), _titles("making"),
    ),
    Action(
        "rename a section", (f"{AUTHORING}.update_section",), _form("/studio/sections/{}/", title=TEXT),
        _json("patch", "studio/sections/{}", title=TEXT), _titles("making_section"),
    ),
    Action(
        "move a section", (f"{ORDER}.place_section",), _form("/studio/sections/{}/place/", index=0),
        _json("put", "studio/sections/{}/place", index=0), _tries("empty_section"),
    ),
    Action(
        "delete a section", (f"{AUTHORING}.delete_section",), _form("/studio/sections/{}/delete/"),
        _json("delete", "studio/sections/{}"),
        _tries("empty_section", full=Try("irina", "making_section", status=409)),
    ),
    Action(
        "add a lesson", (f"{AUTHORING}.add_lesson",), _lesson("/studio/sections/{}/lessons/new/"),
        _lesson_api("post", "studio/sections/{}/lessons"), _titles("making_section"),
    ),
    Action(
        "change a lesson", (f"{AUTHORING}.update_lesson",), _lesson("/studio/lessons/{}/"),
        _lesson_api("patch", "studio/lessons/{}"), _titles("making_lesson"),
    ),
    Action(
        "move a lesson", (f"{ORDER}.place_lesson",), _place, _place_api,
        _tries(
            "making_lesson", "empty_section", elsewhere=Try("irina", "making_lesson", "foreign_section", 400),
            nowhere=Try("irina", "making_lesson", "no_one", 400),
        ),
    ),
    Action(
        "delete a lesson", (f"{AUTHORING}.delete_lesson",), _form("/studio/lessons/{}/delete/"),
        _json("delete", "studio/lessons/{}"), _tries("making_lesson"),
    ),
    Action(
        "add a quiz", (f"{QUIZZES}.create_quiz",),
        _form("/studio/sections/{}/lessons/new/?kind=quiz", title=TEXT, is_required="on"),
        _json("post", "studio/sections/{}/lessons", title=TEXT, kind="quiz", is_preview=False, duration_seconds=0),
        _titles("making_section"),
    ),
    Action(
        "change a quiz", (f"{QUIZZES}.update_quiz",),
        _form("/studio/quizzes/{}/", time_limit_seconds="10:00", **SETTINGS),
        _json("patch", "studio/quizzes/{}", time_limit_seconds=600, is_shuffled=False, **SETTINGS),
        _tries("making_quiz"),
    ),
    Action(
        "add a question", (f"{QUIZZES}.add_question",),
        _form("/studio/quizzes/{}/questions/new/?kind=single", text=TEXT, **QUESTION),
        _json("post", "studio/quizzes/{}/questions", text=TEXT, **QUESTION_API),
        _tries("making_quiz", empty=Try("irina", "making_quiz", "", 400)),
    ),
    Action(
        "add a question without a right answer", (f"{QUIZZES}.add_question",),
        _form("/studio/quizzes/{}/questions/new/?kind=single", text=TEXT, **{**QUESTION, "right": "7"}),
        _json("post", "studio/quizzes/{}/questions", text=TEXT, **{**QUESTION_API, "choices": NONE_RIGHT}),
        {"refused": Try("irina", "making_quiz", status=400)},
    ),
    Action(
        "change a question", (f"{QUIZZES}.update_question",),
        _form("/studio/questions/{}/?kind=single", text=TEXT, **QUESTION),
        _json("put", "studio/questions/{}", text=TEXT, **QUESTION_API), _tries("making_question"),
    ),
    Action(
        "move a question", (f"{ORDER}.place_question", f"{QUIZZES}.order_questions"),
        _form("/studio/questions/{}/place/", index=1), _json("put", "studio/questions/{}/place", index=1),
        _tries("making_question"),
    ),
    Action(
        "delete a question", (f"{QUIZZES}.delete_question",), _form("/studio/questions/{}/delete/"),
        _json("delete", "studio/questions/{}"), _tries("making_question"),
    ),
    Action(
        "add a file", ("courses.services.files.add_file",),
        lambda world, key, text: (f"/studio/courses/{key}/files/", {"file": leaflet()}),
        lambda world, key, text: ("post", f"/api/studio/courses/{key}/files", {"file": leaflet()}), _tries("making"),
    ),
    Action(
        "delete a file", ("courses.services.files.delete_file",), _form("/studio/files/{}/delete/"),
        _json("delete", "studio/files/{}"), _tries("making_file", used=Try("irina", "used_file", status=409)),
    ),
    Action(
        "add staff", ("courses.services.staff.set_staff",),
        _form("/studio/courses/{}/staff/", user=TEXT, role="instructor"),
        _json("put", "studio/courses/{}/staff", user=TEXT, role="instructor"),
        _tries(
            "making", "egor", nobody=Try("irina", "making", "nobody-here", 400),
            owner=Try("irina", "making", "irina", 400), student=Try("irina", "making", "anna", 400),
            assistant=Try("fay", "making", "egor", 403),
        ),
    ),
    Action(
        "remove staff", ("courses.services.staff.remove_staff",),
        _form("/studio/courses/in-the-making/staff/{}/remove/"),
        _json("delete", "studio/courses/in-the-making/staff/{}"),
        {
            "done": Try("irina", "fay_pk"), "foreign": Try("egor", "fay_pk", status=404),
            "leaves": Try("fay", "fay_pk"), "nobody there": Try("irina", "maxim_pk", status=404),
        },
    ),
]  # fmt: skip
