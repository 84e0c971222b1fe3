"""What is said about courses and lessons, and certificates."""

from tests.parity.doors import Action, Try

REVIEWS, FEEDBACK = "courses.services.reviews", "courses.services.feedback"
LONG = "x" * 4_001

VOICE_ACTIONS = [
    Action(
        "review a course", (f"{REVIEWS}.post_review",),
        lambda w, slug, text: (f"/courses/{slug}/reviews/", {"rating": "4", "content": text}),
        lambda w, slug, text: ("post", f"/api/courses/{slug}/reviews", {"rating": 4, "content": text}),
        {
            "done": Try("boris", "rated"), "stars alone": Try("boris", "rated", ""),
            "again": Try("anna", "rated", status=409), "too early": Try("boris", "algebra", status=409),
            "not enrolled": Try("chen", "rated", status=403), "own course": Try("irina", "rated", status=403),
            "hidden": Try("chen", "draft_slug", status=404), "too long": Try("boris", "rated", LONG, 400),
            "NUL": Try("boris", "rated", "a\x00b", 400),
        },
    ),
    Action(
        "edit review", (f"{REVIEWS}.edit_review",),
        lambda w, pk, text: (
            f"/courses/rated/reviews/{pk}/edit/", {"rating": "3", "content": text, "revision": "0"}
        ),
        lambda w, pk, text: ("put", f"/api/reviews/{pk}", {"rating": 3, "content": text}),
        {
            "done": Try("anna", "review"), "denied": Try("boris", "review", status=403),
            "too long": Try("anna", "review", LONG, 400), "absent": Try("anna", "no_one", status=404),
        },
    ),
    Action(
        "delete review", (f"{REVIEWS}.delete_review",),
        lambda w, pk, text: (f"/courses/rated/reviews/{pk}/delete/", {}),
        lambda w, pk, text: ("delete", f"/api/reviews/{pk}", None),
        {
            "done": Try("anna", "review"), "by a moderator": Try("maxim", "review"),
            "denied": Try("boris", "review", status=403), "absent": Try("anna", "no_one", status=404),
        },
    ),
    Action(
        "reply to review", (f"{REVIEWS}.reply_to_review",),
        lambda w, pk, text: (f"/courses/rated/reviews/{pk}/reply/", {"content": text}),
        lambda w, pk, text: ("put", f"/api/reviews/{pk}/reply", {"content": text}),
        {
            "done": Try("irina", "review"), "another one": Try("irina", "replied"),
            "denied": Try("maxim", "review", status=403), "empty": Try("irina", "review", "", 400),
        },
    ),
    Action(
        "take a reply back", (f"{REVIEWS}.delete_reply",),
        lambda w, pk, text: (f"/courses/rated/reviews/{pk}/reply/", {"delete": "1"}),
        lambda w, pk, text: ("delete", f"/api/reviews/{pk}/reply", None),
        {"done": Try("irina", "replied"), "denied": Try("boris", "replied", status=403)},
    ),
    Action(
        "report review", ("profiles.services.reports.report",),
        lambda w, pk, text: (f"/moderation/report/review/{pk}/", {"reason": "spam", "note": text}),
        lambda w, pk, text: ("post", f"/api/reviews/{pk}/flag", {"reason": "spam", "note": text}),
        {
            "done": Try("chen", "review"), "hides at once": Try("maxim", "review"),
            "own": Try("anna", "review", status=403), "absent": Try("chen", "no_one", status=404),
        },
    ),
    Action(
        "mark a lesson", (f"{FEEDBACK}.give_feedback",),
        lambda w, lesson, text: (f"{lesson.get_absolute_url()}feedback/", {"kind": "clear", "content": text}),
        lambda w, lesson, text: (
            "post", f"/api/lessons/{lesson.pk}/feedback", {"kind": "clear", "content": text}
        ),
        {
            "done": Try("boris", "lesson_row"), "without words": Try("boris", "lesson_row", ""),
            "not enrolled": Try("chen", "lesson_row", status=403), "hidden": Try("chen", "draft_lesson", status=404),
            "too long": Try("boris", "lesson_row", "x" * 501, 400),
        },
    ),
    Action(
        "take a mark back", (f"{FEEDBACK}.take_back_feedback",),
        lambda w, pk, text: (f"{w.lesson_row.get_absolute_url()}feedback/", {"take_back": str(pk)}),
        lambda w, pk, text: ("delete", f"/api/feedback/{pk}", None),
        {
            "done": Try("boris", "mark"), "somebody else's": Try("chen", "mark", status=404),
            "denied": Try("irina", "mark", status=403),
        },
    ),
    Action(
        "resolve a mark", (f"{FEEDBACK}.resolve_feedback",),
        lambda w, pk, text: (f"/courses/algebra/feedback/{pk}/", {"is_resolved": "1"}),
        lambda w, pk, text: ("put", f"/api/feedback/{pk}/resolve", {"is_resolved": True}),
        {
            "done": Try("irina", "mark"), "denied": Try("boris", "mark", status=403),
            "hidden": Try("chen", "mark", status=404),
        },
    ),
    Action(
        "revoke a certificate", ("courses.services.certificates.revoke_certificate",),
        lambda w, code, text: (f"/certificates/{code}/revoke/", {"reason": text}),
        lambda w, code, text: ("post", f"/api/certificates/{code}/revoke", {"reason": text}),
        {
            "done": Try("irina", "certificate"), "denied": Try("maxim", "certificate", status=403),
            "empty": Try("irina", "certificate", "", 400), "too long": Try("irina", "certificate", "x" * 201, 400),
        },
    ),
]  # fmt: skip
