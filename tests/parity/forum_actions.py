"""What can be done in the forum."""

from typing import Any

from tests.parity.doors import Action, Try

LONG = "x" * 20_001
TOPICS, POSTS = "forum.services.topics", "forum.services.posts"


def _marks(world: Any, key: Any, text: str) -> dict[str, Any]:
    return {"title": "A title that says it", "content": text, "category": "general", "tags": "python, c++"}


def _topic_json(world: Any, key: Any, text: str) -> dict[str, Any]:
    return {**_marks(world, key, text), "tags": ["python", "c++"]}


ACTIONS = [
    Action(
        "create topic", (f"{TOPICS}.create_topic",),
        lambda w, shelf, text: ("/forum/new/", {**_marks(w, shelf, text), "category": shelf, "kind": "question"}),
        lambda w, shelf, text: (
            "post", "/api/forum/topics", {**_topic_json(w, shelf, text), "category": shelf, "kind": "question"},
        ),
        {
            "done": Try("boris", "general"), "empty": Try("boris", "general", "", 400),
            "too long": Try("boris", "general", LONG, 400), "hidden": Try("boris", "attic", status=400),
            "denied": Try("boris", "news", status=400, api_status=403),
        },
    ),
    Action(
        "edit topic", (f"{TOPICS}.edit_topic",),
        lambda w, pk, text: (f"/forum/topic/{pk}/edit/", _marks(w, pk, text)),
        lambda w, pk, text: ("put", f"/api/forum/topics/{pk}", _topic_json(w, pk, text)),
        {
            "done": Try("anna", "topic"), "by a moderator": Try("maxim", "topic"),
            "denied": Try("boris", "topic", status=403), "too long": Try("anna", "topic", LONG, 400),
            "hidden": Try("anna", "hidden", status=404), "removed": Try("anna", "removed", status=404),
        },
    ),
    Action(
        "delete topic", (f"{TOPICS}.delete_topic",),
        lambda w, pk, text: (f"/forum/topic/{pk}/delete/", {}),
        lambda w, pk, text: ("delete", f"/api/forum/topics/{pk}", None),
        {
            "done": Try("anna", "topic"), "again": Try("maxim", "removed"),
            "denied": Try("boris", "topic", status=403), "hidden": Try("anna", "hidden", status=404),
        },
    ),
    Action(
        "restore topic", (f"{TOPICS}.restore_topic",),
        lambda w, pk, text: (f"/forum/topic/{pk}/restore/", {}),
        lambda w, pk, text: ("post", f"/api/forum/topics/{pk}/restore", None),
        {
            "done": Try("maxim", "removed"), "denied": Try("anna", "topic", status=403),
            "hidden": Try("anna", "removed", status=404),
        },
    ),
    *(
        Action(
            f"{verb} topic", (f"forum.services.moderation.{service}",),
            lambda w, pk, text, service=service, name=name, on=on: (
                f"/forum/topic/{pk}/{service.split('_')[0]}/", {name: "1" if on else "0", "reason": "Enough"},
            ),
            lambda w, pk, text, service=service, name=name, on=on: (
                "put", f"/api/forum/topics/{pk}/{service.split('_')[0]}", {name: on, "reason": "Enough"},
            ),
            {
                "done": Try("maxim", "topic"), "at a locked one": Try("maxim", "locked"),
                "denied": Try("anna", "topic", status=403), "hidden": Try("anna", "hidden", status=404),
            },
        )
        for verb, service, name, on in (
            ("pin", "pin_topic", "is_pinned", True), ("unpin", "pin_topic", "is_pinned", False),
            ("lock", "lock_topic", "is_locked", True), ("unlock", "lock_topic", "is_locked", False),
        )
    ),
    Action(
        "slow mode", ("forum.services.slow_mode.set_slow_mode",),
        lambda w, pk, text: (f"/forum/topic/{pk}/slow-mode/", {"seconds": "60"}),
        lambda w, pk, text: ("put", f"/api/forum/topics/{pk}/slow-mode", {"seconds": 60}),
        {
            "done": Try("maxim", "topic"), "denied": Try("anna", "topic", status=403),
            "hidden": Try("anna", "hidden", status=404),
        },
    ),
    Action(
        "move topic", ("forum.services.moving.move_topic",),
        lambda w, pk, text: (f"/forum/topic/{pk}/move/", {"category": "attic" if pk == w.topic else "news"}),
        lambda w, pk, text: (
            "post", f"/api/forum/topics/{pk}/move", {"category": "attic" if pk == w.topic else "news"},
        ),
        {
            "done": Try("maxim", "topic"), "of a removed one": Try("maxim", "removed"),
            "denied": Try("anna", "topic", status=403), "hidden": Try("anna", "hidden", status=404),
        },
    ),
    Action(
        "split topic", ("forum.services.splitting.split_topic",),
        lambda w, pk, text: (
            f"/forum/topic/{pk}/split/",
            {"title": "Off it goes", "category": "attic", "kind": "question", "posts": [w.post, w.liked]},
        ),
        lambda w, pk, text: (
            "post", f"/api/forum/topics/{pk}/split",
            {"title": "Off it goes", "category": "attic", "kind": "question", "posts": [w.post, w.liked]},
        ),
        {
            "done": Try("maxim", "topic"), "denied": Try("anna", "topic", status=403),
            "replies of another one": Try("maxim", "solved", status=400), "hidden": Try("anna", "hidden", status=404),
        },
    ),
    Action(
        "merge topic", ("forum.services.merging.merge_topic",),
        lambda w, pk, text: (f"/forum/topic/{pk}/merge/", {"into": w.solved}),
        lambda w, pk, text: ("post", f"/api/forum/topics/{pk}/merge", {"into": w.solved}),
        {
            "done": Try("maxim", "topic"), "with itself": Try("maxim", "solved", status=400),
            "denied": Try("anna", "topic", status=403), "hidden": Try("anna", "hidden", status=404),
            "a removed one": Try("maxim", "removed", status=404),
        },
    ),
    Action(
        "like topic", ("forum.services.likes.like_post",),
        lambda w, pk, text: (f"/forum/post/{w.body}/like/", {"liked": "1"}),
        lambda w, pk, text: ("post", f"/api/forum/topics/{pk}/like", None),
        {"done": Try("boris", "topic"), "denied": Try("anna", "topic", status=403)},
    ),
    Action(
        "reply", (f"{POSTS}.reply",),
        lambda w, pk, text: (
            f"/forum/topic/{pk}/reply/", {"content": text, "reply_to": w.post if pk == w.topic else ""},
        ),
        lambda w, pk, text: (
            "post", f"/api/forum/topics/{pk}/posts", {"content": text, "reply_to": w.post if pk == w.topic else None},
        ),
        {
            "done": Try("chen", "topic"), "empty": Try("chen", "topic", "", 400),
            "too long": Try("chen", "topic", LONG, 400), "NUL": Try("chen", "topic", "a\x00b", 400),
            "locked": Try("chen", "locked", status=409), "locked, by a moderator": Try("maxim", "locked"),
            "hidden": Try("chen", "hidden", status=404), "absent": Try("chen", "999999", status=404),
        },
    ),
    Action(
        "reply to a post elsewhere", (f"{POSTS}.reply",),
        lambda w, pk, text: (f"/forum/topic/{pk}/reply/", {"content": text, "reply_to": w.answer}),
        lambda w, pk, text: ("post", f"/api/forum/topics/{pk}/posts", {"content": text, "reply_to": w.answer}),
        {"refused": Try("chen", "topic", status=400)},
    ),
    Action(
        "edit post", (f"{POSTS}.edit_post",),
        lambda w, pk, text: (f"/forum/post/{pk}/edit/", {"content": text}),
        lambda w, pk, text: ("put", f"/api/forum/posts/{pk}", {"content": text}),
        {
            "done": Try("boris", "post"), "denied": Try("anna", "post", status=403),
            "too long": Try("boris", "post", LONG, 400), "hidden": Try("boris", "hidden_post", status=404),
            "removed": Try("boris", "gone", status=404),
        },
    ),
    Action(
        "delete post", (f"{POSTS}.delete_post",),
        lambda w, pk, text: (f"/forum/post/{pk}/delete/", {}),
        lambda w, pk, text: ("delete", f"/api/forum/posts/{pk}", None),
        {
            "done": Try("boris", "post"), "denied": Try("anna", "post", status=403),
            "of a best answer": Try("boris", "answer"), "body": Try("anna", "body", status=409),
            "hidden": Try("boris", "hidden_post", status=404),
        },
    ),
    Action(
        "restore post", (f"{POSTS}.restore_post",),
        lambda w, pk, text: (f"/forum/post/{pk}/restore/", {}),
        lambda w, pk, text: ("post", f"/api/forum/posts/{pk}/restore", None),
        {
            "done": Try("maxim", "gone"), "denied": Try("anna", "post", status=403),
            "hidden": Try("boris", "gone", status=404),
        },
    ),
    Action(
        "like post", ("forum.services.likes.like_post",),
        lambda w, pk, text: (f"/forum/post/{pk}/like/", {"liked": "1"}),
        lambda w, pk, text: ("post", f"/api/forum/posts/{pk}/like", None),
        {
            "done": Try("anna", "post"), "again": Try("chen", "liked"), "denied": Try("boris", "post", status=403),
            "hidden": Try("chen", "hidden_post", status=404),
        },
    ),
    Action(
        "unlike post", ("forum.services.likes.unlike_post",),
        lambda w, pk, text: (f"/forum/post/{pk}/like/", {"liked": "0"}),
        lambda w, pk, text: ("delete", f"/api/forum/posts/{pk}/like", None),
        {"done": Try("chen", "liked"), "again": Try("anna", "post"), "hidden": Try("chen", "hidden_post", status=404)},
    ),
    Action(
        "accept", ("forum.services.answers.accept_answer",),
        lambda w, pk, text: (f"/forum/post/{pk}/accept/", {"accepted": "1"}),
        lambda w, pk, text: ("put", f"/api/forum/topics/{w.topic}/best-answer", {"post": pk}),
        {
            "done": Try("anna", "post"), "denied": Try("boris", "post", status=403),
            "body": Try("anna", "body", status=400), "removed": Try("anna", "gone", status=404, api_status=400),
        },
    ),
    Action(
        "unaccept", ("forum.services.answers.unaccept_answer",),
        lambda w, pk, text: (f"/forum/post/{w.answer}/accept/", {"accepted": "0"}),
        lambda w, pk, text: ("delete", f"/api/forum/topics/{pk}/best-answer", None),
        {"done": Try("anna", "solved"), "denied": Try("boris", "solved", status=403)},
    ),
    Action(
        "endorse", ("forum.services.endorsements.endorse",),
        lambda w, pk, text: (f"/forum/post/{pk}/endorse/", {"endorsed": "1"}),
        lambda w, pk, text: ("put", f"/api/forum/posts/{pk}/endorse", None),
        {
            "done": Try("maxim", "post"), "again": Try("maxim", "liked"), "denied": Try("anna", "post", status=403),
            "body": Try("maxim", "body", status=409), "removed": Try("maxim", "gone", status=404),
            "hidden": Try("anna", "hidden_post", status=404),
        },
    ),
    Action(
        "unendorse", ("forum.services.endorsements.unendorse",),
        lambda w, pk, text: (f"/forum/post/{pk}/endorse/", {"endorsed": "0"}),
        lambda w, pk, text: ("delete", f"/api/forum/posts/{pk}/endorse", None),
        {
            "done": Try("maxim", "liked"), "again": Try("maxim", "post"), "denied": Try("boris", "liked", status=403),
        },
    ),
]  # fmt: skip
