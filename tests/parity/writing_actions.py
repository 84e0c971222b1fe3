"""What can be done with drafts, pictures, former versions and tags."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.parity.doors import Action, Try

DRAFTS, REVISIONS, TAGGING = "forum.services.drafts", "forum.services.revisions", "forum.services.tagging"


def _picture(text: str) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return SimpleUploadedFile("dot.png", b"no picture" if text == "broken" else out.getvalue())


WRITING_ACTIONS = [
    Action(
        "save draft", (f"{DRAFTS}.save_draft",),
        lambda w, key, text: ("/forum/drafts/save/", {"draft_key": key, "content": text}),
        lambda w, key, text: ("put", f"/api/forum/drafts/{key}", {"seq": 1, "data": {"content": text}}),
        {
            "done": Try("boris", "topic:new"), "NUL": Try("boris", "topic:new", "a\x00b", 400),
            "too long": Try("boris", "topic:new", "x" * 60_001, 400), "no key": Try("boris", "topic:7", status=404),
        },
    ),
    Action(
        "discard draft", (f"{DRAFTS}.discard_draft",),
        lambda w, key, text: ("/forum/drafts/discard/", {"draft_key": key, "in_list": "1"}),
        lambda w, key, text: ("delete", f"/api/forum/drafts/{key}", None),
        {
            "done": Try("anna", "topic:new"), "nothing there": Try("chen", "topic:new"),
            "no key": Try("anna", "x", status=404),
        },
    ),
    Action(
        "add picture", ("forum.services.pictures.add_picture",),
        lambda w, key, text: ("/forum/pictures/", {"picture": _picture(text)}),
        lambda w, key, text: ("post", "/api/forum/pictures", {"picture": _picture(text)}),
        {"done": Try("boris", ""), "no picture": Try("boris", "", "broken", 415)},
    ),
    Action(
        "restore version", ("forum.services.history.restore_revision",),
        lambda w, pk, text: (f"/forum/revision/{pk}/restore/", {}),
        lambda w, pk, text: ("post", f"/api/forum/revisions/{pk}/restore", None),
        {
            "done": Try("boris", "revision"), "denied": Try("anna", "revision", status=403),
            "absent": Try("boris", "999999", status=404),
        },
    ),
    Action(
        "hide version", (f"{REVISIONS}.hide_revision",),
        lambda w, pk, text: (f"/forum/revision/{pk}/hide/", {"is_hidden": "1"}),
        lambda w, pk, text: ("put", f"/api/forum/revisions/{pk}", {"is_hidden": True}),
        {"done": Try("maxim", "revision"), "denied": Try("boris", "revision", status=403)},
    ),
    Action(
        "edit tag", (f"{TAGGING}.edit_tag",),
        lambda w, slug, text: (
            f"/forum/tag/{slug}/edit/", {"name": "Python", "description": text, "synonyms": "py, snake"},
        ),
        lambda w, slug, text: (
            "put", f"/api/forum/tags/{slug}", {"name": "Python", "description": text, "synonyms": ["py", "snake"]},
        ),
        {
            "done": Try("maxim", "python"), "denied": Try("anna", "python", status=403),
            "too long": Try("maxim", "python", "x" * 201, 400), "absent": Try("maxim", "nothing", status=404),
        },
    ),
    Action(
        "merge tags", (f"{TAGGING}.merge_tags",),
        lambda w, slug, text: (f"/forum/tag/{slug}/merge/", {"into": "python"}),
        lambda w, slug, text: ("post", f"/api/forum/tags/{slug}/merge", {"into": "python"}),
        {
            "done": Try("maxim", "second"), "denied": Try("anna", "second", status=403),
            "into itself": Try("maxim", "python", status=409),
        },
    ),
]  # fmt: skip
