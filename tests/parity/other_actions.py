"""What can be done with comments, courses, one's profile, tokens and notifications."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.parity.doors import Action, Try

LONG = "x" * 20_001
TEXT, KEY = object(), object()
COMMENTS, TOKENS = "forum.services.comments", "profiles.services.tokens"


def _form(path: str, **fields: Any) -> Any:
    """Return a builder of a form; `{}` of the path is the key, the value TEXT is the text."""
    return lambda world, key, text: (
        path.format(key), {name: text if value is TEXT else value for name, value in fields.items()}
    )  # fmt: skip


def _json(method: str, path: str, **fields: Any) -> Any:
    """Return a builder of the same as JSON; the value KEY is the key itself."""
    return lambda world, key, text: (
        method,
        f"/api/{path.format(key)}",
        {name: text if value is TEXT else key if value is KEY else value for name, value in fields.items()}
        or None,
    )


COMMENT_ACTIONS = [
    Action(
        "comment on a course", (f"{COMMENTS}.post_comment",),
        _form("/forum/comments/course/{}/", content=TEXT), _json("post", "comments", content=TEXT, course=KEY),
        {
            "done": Try("chen", "course"), "empty": Try("chen", "course", "", 400),
            "too long": Try("chen", "course", LONG, 400), "hidden": Try("chen", "draft", status=404, api_status=400),
        },
    ),
    Action(
        "comment on a lesson", (f"{COMMENTS}.post_comment",),
        _form("/forum/comments/lesson/{}/", content=TEXT), _json("post", "comments", content=TEXT, lesson=KEY),
        {"done": Try("boris", "lesson"), "not enrolled": Try("chen", "lesson", status=403)},
    ),
    Action(
        "reply to comment", (f"{COMMENTS}.reply",),
        _form("/forum/comment/{}/reply/", content=TEXT), _json("post", "comments/{}/reply", content=TEXT),
        {
            "done": Try("chen", "comment"), "to a reply": Try("chen", "comment_reply"),
            "locked": Try("chen", "locked_comment", status=409), "NUL": Try("chen", "comment", "a\x00b", 400),
            "hidden": Try("chen", "hidden_comment", status=404), "removed": Try("chen", "gone_comment", status=404),
        },
    ),
    Action(
        "edit comment", (f"{COMMENTS}.edit_comment",),
        _form("/forum/comment/{}/edit/", content=TEXT, revision=0), _json("put", "comments/{}", content=TEXT),
        {
            "done": Try("boris", "comment"), "denied": Try("chen", "comment", status=403),
            "empty": Try("boris", "comment", "", 400), "hidden": Try("boris", "hidden_comment", status=404),
        },
    ),
    Action(
        "delete comment", (f"{COMMENTS}.delete_comment",),
        _form("/forum/comment/{}/delete/"), _json("delete", "comments/{}"),
        {
            "done": Try("boris", "comment"), "of a reply": Try("anna", "comment_reply"),
            "denied": Try("chen", "comment", status=403), "hidden": Try("boris", "hidden_comment", status=404),
        },
    ),
    Action(
        "restore comment", (f"{COMMENTS}.restore_comment",),
        _form("/forum/comment/{}/restore/"), _json("post", "comments/{}/restore"),
        {
            "done": Try("maxim", "gone_comment"), "denied": Try("boris", "comment", status=403),
            "hidden": Try("boris", "gone_comment", status=404),
        },
    ),
    Action(
        "like comment", ("forum.services.likes.like_comment",),
        _form("/forum/comment/{}/like/", liked="1"), _json("post", "comments/{}/like"),
        {
            "done": Try("anna", "comment"), "again": Try("chen", "liked_comment"),
            "denied": Try("boris", "comment", status=403), "hidden": Try("chen", "hidden_comment", status=404),
        },
    ),
    Action(
        "unlike comment", ("forum.services.likes.unlike_comment",),
        _form("/forum/comment/{}/like/", liked="0"), _json("delete", "comments/{}/like"),
        {"done": Try("chen", "liked_comment"), "hidden": Try("chen", "hidden_comment", status=404)},
    ),
    Action(
        "pin comment", (f"{COMMENTS}.pin_comment",),
        _form("/forum/comment/{}/pin/", is_pinned="1"), _json("put", "comments/{}/pin", is_pinned=True),
        {
            "done": Try("irina", "comment"), "denied": Try("boris", "comment", status=403),
            "a reply": Try("maxim", "comment_reply", status=409), "hidden": Try("chen", "hidden_comment", status=404),
        },
    ),
    Action(
        "lock comment", (f"{COMMENTS}.lock_comment",),
        _form("/forum/comment/{}/lock/", is_locked="1"), _json("put", "comments/{}/lock", is_locked=True),
        {
            "done": Try("maxim", "comment"), "denied": Try("boris", "comment", status=403),
            "hidden": Try("chen", "hidden_comment", status=404),
        },
    ),
]  # fmt: skip

COURSE_ACTIONS = [
    Action(
        "enrol", ("courses.services.enrollment.enroll",),
        _form("/courses/{}/enroll/"), _json("post", "courses/{}/enroll"),
        {
            "done": Try("chen", "algebra"), "again": Try("boris", "algebra"),
            "denied": Try("irina", "algebra", status=403), "priced": Try("chen", "paid_slug", status=409),
            "hidden": Try("chen", "draft_slug", status=404), "absent": Try("chen", "nowhere", status=404),
        },
    ),
    Action(
        "start attempt", ("courses.services.attempts.start_attempt",),
        lambda w, quiz, text: (f"{quiz.lesson.get_absolute_url()}attempts/", {}),
        lambda w, quiz, text: ("post", f"/api/quizzes/{quiz.pk}/attempts", None),
        {
            "done": Try("boris", "quiz"), "denied": Try("chen", "quiz", status=403),
            "hidden": Try("chen", "draft_quiz", status=404),
        },
    ),
    Action(
        "hand in attempt", ("courses.services.attempts.submit_attempt",),
        lambda w, attempt, text: (attempt.get_absolute_url(), {f"q{w.question}": text}),
        lambda w, attempt, text: (
            "post", f"/api/attempts/{attempt.pk}/submit", {"answers": [{"question": w.question, "text": text}]}
        ),
        {
            "done": Try("boris", "open_attempt", "Python"), "wrong": Try("boris", "open_attempt", "Perl"),
            "blank": Try("boris", "open_attempt", ""),
            "someone else's": Try("chen", "open_attempt", "Python", 404),
        },
    ),
    Action(
        "leave course", ("courses.services.enrollment.leave",),
        _form("/courses/{}/leave/"), _json("delete", "courses/{}/enroll"),
        {
            "done": Try("boris", "algebra"), "never began": Try("chen", "algebra", status=403),
            "hidden": Try("chen", "draft_slug", status=404),
        },
    ),
    Action(
        "complete lesson", ("courses.services.progress.complete",),
        lambda w, lesson, text: (f"{lesson.get_absolute_url()}complete/", {}),
        lambda w, lesson, text: ("post", f"/api/lessons/{lesson.pk}/complete", None),
        {
            "done": Try("boris", "lesson_row"), "denied": Try("chen", "lesson_row", status=403),
            "hidden": Try("chen", "draft_lesson", status=404),
        },
    ),
]  # fmt: skip

ACCOUNT_ACTIONS = [
    Action(
        "update profile", ("profiles.services.profile.update_profile",),
        _form("/settings/", display_name=TEXT, timezone="Europe/Moscow", language="ru"),
        _json("put", "users/profile", display_name=TEXT, timezone="Europe/Moscow", language="ru"),
        {
            "done": Try("boris", "", "Boris the Brave"), "too long": Try("boris", "", "x" * 61, 400),
            "NUL": Try("boris", "", "a\x00b", 400),
        },
    ),
    Action(
        "set avatar", ("profiles.services.pictures.set_avatar",),
        lambda w, key, text: ("/settings/", {"timezone": "UTC", "avatar": _upload(text)}),
        lambda w, key, text: ("patch", "/api/users/profile", {"avatar": _upload(text)}),
        {"done": Try("boris", "", "picture"), "wrong file": Try("boris", "", "plain words", 415)},
    ),
    Action(
        "set cover", ("profiles.services.pictures.set_cover",),
        lambda w, key, text: ("/settings/", {"timezone": "UTC", "cover_image": _upload(text)}),
        lambda w, key, text: ("patch", "/api/users/profile", {"cover_image": _upload(text)}),
        {"done": Try("boris", "", "picture"), "wrong file": Try("boris", "", "plain words", 415)},
    ),
    Action(
        "follow", ("profiles.services.graph.follow",),
        _form("/people/{}/follow/", do="follow"), _json("post", "users/{}/follow"),
        {"done": Try("boris", "anna_pk"), "nobody": Try("boris", "no_one", status=404)},
    ),
    Action(
        "unfollow", ("profiles.services.graph.unfollow",),
        _form("/people/{}/follow/", do="unfollow"), _json("delete", "users/{}/unfollow"),
        {"done": Try("chen", "anna_pk"), "nobody": Try("boris", "no_one", status=404)},
    ),
    Action(
        "block", ("profiles.services.graph.block",),
        _form("/people/{}/block/", do="block"), _json("post", "users/{}/block", kind="block"),
        {"done": Try("chen", "anna_pk"), "nobody": Try("boris", "no_one", status=404)},
    ),
    Action(
        "unblock", ("profiles.services.graph.unblock",),
        _form("/people/{}/block/", do="unblock"), _json("delete", "users/{}/block"),
        {"done": Try("chen", "maxim_pk"), "nobody": Try("boris", "no_one", status=404)},
    ),
    Action(
        "ask for a copy of my data", ("profiles.services.export.request_export",),
        _form("/settings/data/"), _json("post", "users/data-exports"), {"done": Try("boris", "")},
    ),
    Action(
        "ask for the end of my account", ("profiles.services.erasure.request_erasure",),
        _form("/settings/data/erasure/", username=TEXT), _json("post", "users/erasure", username=TEXT),
        {"done": Try("boris", "", "boris"), "another name": Try("boris", "", "anna", 400)},
    ),
    Action(
        "keep my account", ("profiles.services.erasure.cancel_erasure",),
        _form("/settings/data/erasure/", do="cancel"), _json("delete", "users/erasure"),
        {"done": Try("boris", "")},
    ),
    Action(
        "create token", (f"{TOKENS}.create_token",),
        _form("/settings/tokens/", name=TEXT, scopes=["read"], days=30),
        _json("post", "auth/tokens", name=TEXT, scopes=["read"], days=30),
        {
            "done": Try("boris", "", "My robot"), "too long": Try("boris", "", "x" * 200, 400),
            "empty": Try("boris", "", "", 400),
        },
    ),
    Action(
        "revoke token", (f"{TOKENS}.revoke_token",),
        _form("/settings/tokens/{}/revoke/"), _json("delete", "auth/tokens/{}"),
        {"done": Try("boris", "token_of_boris"), "hidden": Try("boris", "token_of_anna", status=404)},
    ),
    Action(
        "read one notification", ("notifications.services.inbox.mark_read",),
        lambda w, pk, text: (f"/notifications/{pk}/open/", {}),
        lambda w, pk, text: ("post", "/api/notifications/read", {"ids": [pk]}),
        {"done": Try("anna", "told"), "hidden": Try("anna", "foreign_told", status=404, api_status=400)},
    ),
    Action(
        "read all notifications", ("notifications.services.inbox.mark_read",),
        _form("/notifications/read/"), _json("post", "notifications/read", all=True),
        {"done": Try("anna", "")},
    ),
    Action(
        "choose what one is told", ("notifications.services.preferences.set_preferences",),
        lambda w, pk, text: (
            "/notifications/preferences/",
            {"shown": "mention", "on": "mention.in_app", "digest": text,
             "quiet_hours_from": "22:00", "quiet_hours_to": "07:00"},
        ),
        lambda w, pk, text: (
            "put", "/api/notifications/preferences",
            {"preferences": [{"kind": "mention", "in_app": True, "email": False, "push": False}], "digest": text,
             "quiet_hours": {"from": "22:00", "to": "07:00"}},
        ),
        {"done": Try("anna", "", "daily"), "unknown": Try("anna", "", "hourly", 400)},
    ),
]  # fmt: skip


def _upload(text: str) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    data = out.getvalue() if text == "picture" else text.encode()
    return SimpleUploadedFile("me.png", data, content_type="image/png")
