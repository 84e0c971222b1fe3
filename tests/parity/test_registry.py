"""Every way to write has a parity case, or a reason why one of the doors has no use for it."""

import importlib
import inspect
import pkgutil

from tests.parity.test_parity import ACTIONS

AREAS = (
    "forum.services", "courses.services", "profiles.services", "gamification.services", "notifications.services",
)  # fmt: skip
PART = "a part of other services, no door of its own"
ADMIN = "done in the admin; the API of it comes with its issue"
LIFE = "called by core.lifecycle for erasure and export"
SIGN_IN = "signing in and up: allauth's pages and /api/auth, held together in profiles/tests"
QUEUE = "done by the review queue, whose page and API have a case"
READING = "happens by reading, not by asking for it"
WAIVED = {
    "forum.services.carrying.carry_posts": PART,
    "forum.services.carrying.carry_reads_to_new": PART,
    "forum.services.carrying.finish_reads": PART,
    "forum.services.carrying.merge_reads": PART,
    "forum.services.content.prepare": PART,
    "forum.services.finding.count_search": READING,
    **{
        f"forum.services.search_index.{name}": PART
        for name in ("catch_up", "put_comments", "put_course", "put_people", "put_posts", "put_topic", "refresh")
    },
    "forum.services.drafts.close_draft": "sending closes the draft of a form; programs have no form",
    "forum.services.drafts.forget_drafts": "the clock does it",
    "forum.services.drafts.carry_drafts": PART,
    "forum.services.search_index.mend_names": "the clock does it",
    "notifications.services.pruning.prune_inbox": "the clock does it",
    "forum.services.pictures.adopt_pictures": PART,
    "forum.services.pictures.check_pictures": PART,
    "forum.services.pictures.delete_pictures_of": LIFE,
    "forum.services.pictures.delete_unused_pictures": "the clock does it",
    "forum.services.pictures.shown_pictures": PART,
    "forum.services.revisions.clean_reason": PART,
    "forum.services.revisions.keep_former": PART,
    "forum.services.revisions.version_of": PART,
    "forum.services.tagging.tag_revision": PART,
    "forum.services.tags.clean_tag": PART,
    "forum.services.tags.tag_slug": PART,
    "forum.services.drafts.check_key": PART,
    "forum.services.counting.last_activity": PART,
    "forum.services.counting.live_posts": PART,
    "forum.services.counting.put_into": PART,
    "forum.services.lesson_seconds.clean_second": PART,
    "forum.services.locks.check_revision": PART,
    "forum.services.locks.lock_categories": PART,
    "forum.services.locks.lock_counted_topic": PART,
    "forum.services.locks.lock_counted_topics": PART,
    "forum.services.locks.lock_liked_post": PART,
    "forum.services.locks.lock_comment_row": PART,
    "forum.services.locks.lock_counted_comment": PART,
    "forum.services.locks.lock_post_row": PART,
    "forum.services.locks.lock_topic_row": PART,
    "forum.services.locks.move_category_counters": PART,
    "forum.services.moderation.unpin_expired": "the clock does it",
    "forum.services.noting.note_removal": PART,
    "forum.services.noting.note_topic": PART,
    **{f"forum.services.hiding.{name}": QUEUE for name in (
        "drop", "hide", "hide_comment", "hide_post", "hide_topic", "show",
    )},
    **{f"forum.services.hiding.{name}": PART for name in ("all_of", "ensure_editable", "mending")},
    **{f"forum.services.removal.{name}": PART for name in ("bring_back", "kind_of", "take_away")},
    **{f"profiles.services.reports.{name}": PART for name in (
        "ask_again", "clean_reason", "hold", "lock_open_case", "note_mended", "refile", "snapshot",
    )},
    **{f"profiles.services.review.{name}": PART for name in ("main_reason", "settle")},
    "forum.services.tags.clean_tags": PART,
    "forum.services.tags.count_topics": PART,
    "forum.services.tags.set_tags": PART,
    "forum.services.topics.find_category": PART,
    "forum.services.reading.count_visit": READING,
    "forum.services.reading.mark_read": READING,
    "forum.services.reading.mark_written": PART,
    "forum.services.reading.visitor_key": READING,
    "forum.services.watching.clean_level": PART,
    "forum.services.lifecycle.erase_forum": LIFE,
    "forum.services.shelves.save_category": ADMIN,
    "forum.services.shelves.set_moderators": ADMIN,
    **{
        f"courses.services.authoring.{name}": ADMIN for name in ("create_category", "update_category")
    },
    "courses.services.studio_cover.set_cover": "a field of the form that changes the course; alone through the API",
    "courses.services.studio_cover.remove_cover": "a box of the same form; alone through the API",
    **{
        f"courses.services.{name}": PART
        for name in (
            "captions.clean_captions", "files.is_clean_webp", "files.store_file", "files.together",
            "film_length.seconds_of", "studio_cover.put_cover", "studio_cover.small_name",
        )
    },
    "courses.services.lifecycle.erase_learning": LIFE,
    **{
        f"courses.services.{name}": PART
        for name in (
            "enrollment.end_enrollment", "enrollment.open_enrollment", "progress.is_covered",
            "progress.lock_enrollment", "progress.mark_done", "progress.progress_row", "progress.recount",
            "progress.recount_course", "progress.touch", "track.report_day", "track.track",
            "track.entry", "track.track_all", "watching.stretch",
            "watching.length_ms", "watching.united", "attempts.track_submission", "grading.as_number",
            "grading.clean_response", "grading.is_right", "grading.normal",
        )
    },
    **{
        f"courses.services.{name}": PART
        for name in (
            "coupons.clean_code", "coupons.discount_of", "coupons.hold", "coupons.hold_or_refuse", "coupons.let_go",
            "coupons.usable_coupon", "ingest_batch.apply_reports", "ingest_batch.keep", "ingest_batch.known_ids",
            "ingest_reading.read_event", "ingest_reading.read_id", "ingest_reading.read_moment",
            "ingest_reading.set_score", "ingest_reading.set_span", "ingest_references.find_people",
            "ingest_references.find_references",
            "ingest.take_reports", "ingest_telling.register_queue", "ingest_telling.tell", "ingest_telling.tell_plain",
            "ingest_reading.ensure_storable", "ingest.register_reader", "payments.get",
            "xapi.read_statement", "xapi_writing.statement_of", "xapi_writing.statement_lines", "payments.in_use",
            "refunds.give_back", "refunds.note_refund",
        )
    },
    "courses.services.ingest.apply_all_waiting": "called by the clock",
    "courses.services.ingest.apply_waiting": "heard when somebody registers or confirms an address",
    "courses.services.xapi.take_statements": "other systems speak to the API only",
    "courses.services.ingest.take_events": "other systems speak to the API only",
    "courses.services.orders.close_unpaid_orders": "called by the clock",
    "courses.services.orders.receive": "payment providers speak to the API only; the simulated page calls the same",
    "courses.services.certificates.issue_certificate": "heard when a course is completed",
    "courses.services.certificates.issue_missing": "the clock does it",
    "courses.services.certificate_pdf.code_matrix": PART,
    "courses.services.certificate_pdf.pdf_of": READING,
    **{f"courses.services.credentials.{name}": PART for name in (
        "base58", "canonical", "check", "credential_address", "document", "issuer_id", "multikey", "sign", "unbase58",
    )},
    "courses.services.reviews.hide_review": QUEUE,
    "courses.services.reviews.settle_rating": PART,
    "courses.services.reviews.show_review": QUEUE,
    **{f"courses.services.signing_keys.{name}": PART for name in (
        "private_half", "public_bytes", "public_half", "signing_key",
    )},
    **{f"courses.services.verification.{name}": READING for name in (
        "check", "did_document", "is_genuine", "key_set",
    )},
    "courses.services.signing_keys.rotate_key": "a command, for those who run the site",
    "courses.services.attempts.close_if_over": READING,
    "courses.services.attempts.close_overdue": "called by the clock",
    "courses.services.attempts.save_answers": "the page's script sends JSON through both doors",
    "courses.services.progress.open_lesson": READING,
    "courses.services.watching.report": "the player's script sends JSON through both doors",
    **{f"courses.services.joining.join_{name}": PART for name in (
        "attempts", "certificates", "courses", "enrollments", "events", "imports", "orders", "reviews", "staff",
        "watching",
    )},
    "forum.services.likes.carry_likes": PART,
    "forum.services.mentions.rename_mentions": PART,
    "profiles.services.erasure.erase_account": ADMIN,
    "profiles.services.erasure.erase_due": "the clock does it",
    "profiles.services.export.delete_export": "profiles/tests/test_export.py: it needs a file that was made",
    "profiles.services.export.make_export": "a worker does it",
    "profiles.services.export.tend_exports": "the clock does it",
    "profiles.services.graph.carry_follows": PART,
    "profiles.services.graph.part": PART,
    "profiles.services.merge.merge_accounts": ADMIN,
    "profiles.services.onboarding.answer": "a button for show_activity, which update_profile sets too",
    "profiles.services.onboarding.is_answered": PART,
    "profiles.services.penalties.derive": PART,
    **{f"profiles.services.support.{name}": ADMIN for name in (
        "is_open", "note_page", "resume_view", "start_view", "stop_view",
    )},
    "profiles.services.account.check_username": PART,
    "profiles.services.account.confirm_email": SIGN_IN,
    "profiles.services.account.deactivate": ADMIN,
    "profiles.services.account.end_sign_ins": PART,
    "profiles.services.account.reactivate": ADMIN,
    "profiles.services.account.register": SIGN_IN,
    "profiles.services.account.set_password": ADMIN,
    "profiles.services.account.welcome": SIGN_IN,
    "courses.services.deeds.note_completed": PART,
    "courses.services.deeds.note_published": PART,
    "forum.services.deeds.note_comment": PART,
    "forum.services.deeds.note_topic": PART,
    "profiles.services.activity.forget": PART,
    **{f"profiles.services.kept.{name}": "the cache of a page" for name in ("forget", "forget_all", "kept")},
    "profiles.services.activity.record": PART,
    "profiles.services.graph.followers_count": PART,
    "profiles.services.graph.leave_graph": LIFE,
    "profiles.services.links.clean_link": PART,
    "profiles.services.pictures.small_name": PART,
    "profiles.services.pictures.remove_cover": "a box of the same form and null in the same body as set_cover",
    "profiles.services.profile.answer_activity_question": "a button for show_activity, which update_profile sets too",
    "profiles.services.pictures.delete_on_commit": PART,
    "profiles.services.username.change_username": "its API comes with the rest of the account",
    "profiles.services.pictures.remove_avatar": "a box of the same form and null in the same body as set_avatar",
    **{f"profiles.services.importing.{name}": PART for name in ("accounts_named", "make_accounts", "usable_name")},
    "profiles.services.lifecycle.erase_account": LIFE,
    "profiles.services.conduct_lifecycle.erase_conduct": LIFE,
    "profiles.services.log.log": PART,
    "profiles.services.penalties.lift_kind": "DELETE of the contract's two doors; the page lifts the penalty it shows",
    "profiles.services.penalties.ensure_may_enter": PART,
    "profiles.services.penalties.ensure_may_write": PART,
    "profiles.services.penalties.refusal": PART,
    **{f"forum.services.guards.{name}": PART for name in (
        "bar", "check_comment", "check_reply", "check_slow_mode", "check_text", "check_topic", "hold", "hosts_in",
        "suspicion",
    )},
    "forum.services.trust.at_night_only": "the demo school is made under it",
    "forum.services.trust.is_at_night_only": "the demo school is made under it",
    "forum.services.trust.raise_all_levels": "the clock does it",
    "forum.services.trust.raise_levels": "heard from what people do",
    "profiles.services.profile.locked": PART,
    "profiles.services.profile.save": PART,
    "profiles.services.referral.apply_referral": SIGN_IN,
    "profiles.services.referral.register_claim": "called when apps load",
    "profiles.services.roles.set_role": ADMIN,
    "profiles.services.tokens.create_sign_in_token": "only programs sign in with tokens",
    **{f"gamification.services.{name}": "heard from what people do" for name in (
        "activity.record_activity", "earning.answer", "earning.comment", "earning.course_completed",
        "earning.course_published", "earning.lesson_completed", "earning.like", "earning.post",
        "earning.quiz_submitted", "earning.review", "earning.text", "earning.topic", "facts.give_rank",
        "facts.note_birthday",
    )},
    **{f"gamification.services.{name}": "the clock does it" for name in (
        "arrears.settle", "boards.snapshot", "boards.snapshot_board", "evaluation.backfill", "facts.give_ranks",
        "facts.note_birthdays", "facts.note_moments", "rollover.remind", "rollover.rollover",
    )},
    **{f"gamification.services.{name}": ADMIN for name in (
        "awarding.grant", "awarding.revoke", "corrections.correct_points", "evaluation.would_earn",
        "freezes.give_freezes", "preferences.set_switch",
    )},
    **{f"gamification.services.{name}": PART for name in (
        "awarding.award", "earning.is_real_praise", "earning.local_facts", "evaluation.evaluate",
        "evaluation.satisfies", "goals.note_progress", "goals.reach", "joining.join_badges", "joining.join_days",
        "joining.join_points", "ledger.award", "ledger.lock_people", "ledger.pay", "ledger.pay_many", "ledger.payee",
        "ledger.restore", "ledger.reverse",
        "streaks.count_learning", "streaks.day_of", "streaks.recount", "streaks.settle", "streaks.store",
        "awarding.withdraw", "evaluation.withdraw_unearned", "ledger.paid",
    )},
    "gamification.services.catalogue.sync_catalogue": "the command sync_badges, run by prepare",
    "gamification.services.lifecycle.erase_activity": LIFE,
    "gamification.services.goals.tell_goal": "by seeing; one tab, see gamification/tests/test_goals",
    "gamification.services.showcase.mark_seen": "by seeing; one device each, see gamification/tests/test_badges_doors",
    "notifications.services.inbox.notify": "called by reactions",
    **{
        f"notifications.services.{name}": "called by reactions"
        for name in (
            "likes.forget_like", "likes.tell_like", "telling.mentioned", "telling.tell", "telling.tell_watchers",
            "telling.unmuted", "lines.leave_out", "lines.take_back",
        )
    },
    "notifications.services.lines.recount": PART,
    "notifications.services.lines.write": PART,
    "notifications.services.lifecycle.erase_inbox": LIFE,
    "notifications.services.lifecycle.erase_outbox": LIFE,
    **{f"notifications.services.{name}": "the clock does it" for name in (
        "digests.plan", "mailing.send_due", "outbox.prune_outbox", "outbox_messages.gather_messages",
    )},
    **{f"notifications.services.{name}": PART for name in (
        "digests.digest_letter", "digests.letter_of_missed", "digests.letter_of_report", "digests.register_report",
        "digests.report_letter", "mailing.compose", "mailing_checks.address_fails", "mailing_checks.is_capped",
        "mailing_checks.judge", "mailing_checks.waiting_messages", "mailing_letters.absolute",
        "mailing_letters.bodies", "mailing_letters.frame", "mailing_letters.letter_of",
        "mailing_letters.letter_of_messages", "mailing_letters.mail_of", "mailing_letters.message_id",
        "mailing_letters.quoted", "mailing_letters.site_host", "mailing_letters.spoken_to",
        "mailing_samples.names", "mailing_samples.sample", "outbox.claim", "outbox.due_heads", "outbox.enqueue",
        "outbox.fail", "outbox.finish", "outbox.postpone", "outbox.put", "outbox.waiting", "push.is_allowed",
        "push.is_configured", "push.new_private_key", "push.public_key", "push.tell", "unsubscribing.address_of",
        "unsubscribing.read",
    )},
    "notifications.services.outbox.revive": ADMIN,
    "notifications.services.bounces.forgive": ADMIN,
    **{f"notifications.services.bounces.{name}": "called by the command take_bounces" for name in (
        "parse", "refused", "take",
    )},
    "notifications.services.push.subscribe": "only a browser with its service worker has such keys",
    "notifications.services.push.unsubscribe": "see push.subscribe",
    "notifications.services.unsubscribing.unsubscribe": "the link in a mail; programs use the preferences",
    "notifications.services.unsubscribing.resubscribe": "see unsubscribing.unsubscribe",
}  # fmt: skip


def _public() -> set[str]:
    names = set()
    for area in AREAS:
        package = importlib.import_module(area)
        for module in pkgutil.iter_modules(package.__path__, f"{area}."):
            for name, function in inspect.getmembers(
                importlib.import_module(module.name), inspect.isfunction
            ):
                if not name.startswith("_") and function.__module__ == module.name:
                    names.add(f"{module.name}.{name}")
    return names


def test_every_service_has_a_parity_case_or_a_waiver() -> None:
    held = {name for action in ACTIONS for name in action.services if "done" in action.tries}
    assert _public() - held - set(WAIVED) == set(), (
        "write a case in tests/parity, or say here why there is none"
    )


def test_waivers_name_services_that_exist_and_have_no_case() -> None:
    held = {name for action in ACTIONS for name in action.services}
    assert set(WAIVED) - _public() == set()
    assert set(WAIVED) & held == set()
    assert held - _public() == set()
