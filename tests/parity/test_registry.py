"""Every way to write has a parity case, or a reason why one of the doors has no use for it."""

import importlib
import inspect
import pkgutil

from tests.parity.test_parity import ACTIONS

AREAS = ("forum.services", "courses.services", "profiles.services", "notifications.services")
PART = "a part of other services, no door of its own"
ADMIN = "done in the admin; the API of it comes with its issue"
LIFE = "called by core.lifecycle for erasure and export"
SIGN_IN = "signing in and up: allauth's pages and /api/auth, held together in profiles/tests"
READING = "happens by reading, not by asking for it"
WAIVED = {
    "forum.services.content.prepare": PART,
    "forum.services.locks.check_revision": PART,
    "forum.services.locks.lock_categories": PART,
    "forum.services.locks.lock_counted_topic": PART,
    "forum.services.locks.lock_post_row": PART,
    "forum.services.locks.lock_topic_row": PART,
    "forum.services.locks.move_category_counters": PART,
    "forum.services.tags.clean_tags": PART,
    "forum.services.tags.count_topics": PART,
    "forum.services.tags.set_tags": PART,
    "forum.services.topics.find_category": PART,
    "forum.services.reading.count_visit": READING,
    "forum.services.reading.mark_read": READING,
    "forum.services.reading.visitor_key": READING,
    "forum.services.lifecycle.erase_forum": LIFE,
    "forum.services.lifecycle.export_forum": LIFE,
    "forum.services.shelves.save_category": ADMIN,
    "forum.services.shelves.save_tag": ADMIN,
    **{
        f"courses.services.authoring.{name}": ADMIN
        for name in (
            "add_lesson", "add_section", "archive", "create_category", "create_course", "delete_lesson",
            "delete_section", "publish", "update_category", "update_course", "update_lesson", "update_section",
        )
    },
    "courses.services.lifecycle.erase_learning": LIFE,
    "courses.services.lifecycle.export_learning": LIFE,
    "courses.services.progress.open_lesson": READING,
    "courses.services.progress.recount": PART,
    "courses.services.progress.recount_course": PART,
    "courses.services.progress.save_position": "the player's script sends JSON through both doors",
    "profiles.services.account.check_username": PART,
    "profiles.services.account.confirm_email": SIGN_IN,
    "profiles.services.account.deactivate": ADMIN,
    "profiles.services.account.end_sign_ins": PART,
    "profiles.services.account.reactivate": ADMIN,
    "profiles.services.account.register": SIGN_IN,
    "profiles.services.account.set_password": ADMIN,
    "profiles.services.account.welcome": SIGN_IN,
    "profiles.services.avatar.delete_on_commit": PART,
    "profiles.services.avatar.remove_avatar": "a box of the same form and null in the same body as set_avatar",
    "profiles.services.lifecycle.erase_account": LIFE,
    "profiles.services.lifecycle.export_account": LIFE,
    "profiles.services.profile.locked": PART,
    "profiles.services.profile.save": PART,
    "profiles.services.referral.apply_referral": SIGN_IN,
    "profiles.services.referral.register_claim": "called when apps load",
    "profiles.services.roles.set_role": ADMIN,
    "profiles.services.tokens.create_sign_in_token": "only programs sign in with tokens",
    "notifications.services.inbox.notify": "called by reactions",
    "notifications.services.lifecycle.erase_inbox": LIFE,
    "notifications.services.lifecycle.export_inbox": LIFE,
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
