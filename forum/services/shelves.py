"""Categories as moderators keep them."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from community_platform.core import realtime
from community_platform.core.permissions import ensure
from forum.models import Category
from forum.models.moderators import forget_moderators
from forum.services.locks import lock_categories
from profiles.models import User
from profiles.services import kept
from profiles.services.log import log

CATEGORY_FIELDS = (
    "name", "slug", "description", "icon", "order_index", "audience", "course",
    "staff_only_topics", "min_trust_level", "slow_mode_seconds",
)  # fmt: skip


def save_category(*, actor: Any, category: Category) -> Category:
    """Store a new or changed category; counters are never written from the copy. Raises NotAllowed.

    Whoever does not belong to a new audience stops hearing its topics at once.
    """
    ensure(actor, "forum.edit_categories")
    with transaction.atomic():
        before = Category.objects.filter(pk=category.pk).values_list("audience", "course").first()
        category.save(update_fields=None if category.pk is None else CATEGORY_FIELDS)
        if before not in {None, (category.audience, category.course_id)}:
            realtime.recheck(kind="topic")
            kept.forget_all()
    return category


def set_moderators(*, actor: Any, category: Category, moderators: Iterable[User]) -> Category:
    """Make these people, and nobody else, the moderators of a category. Raises NotAllowed.

    Whoever is not any more stops hearing at once what only moderators of it see.
    """
    ensure(actor, "forum.edit_categories")
    wanted = {user.pk: user for user in moderators}
    with transaction.atomic():
        lock_categories(category.pk)
        former = set(category.moderators.values_list("pk", flat=True))
        if former == set(wanted):
            return category
        category.moderators.set(wanted.values())
        transaction.on_commit(forget_moderators)
        for pk in sorted(former - set(wanted)):
            realtime.recheck(user_id=pk)
        for pk in sorted(former ^ set(wanted)):
            action = "add_moderator" if pk in wanted else "remove_moderator"
            target = wanted.get(pk) or User.objects.get(pk=pk)
            log(
                actor, action, kind="category", object_id=category.pk, target=target, course_ref=category.course_id,
                category_ref=category.pk, title=category.name, url=category.get_absolute_url(),
                is_public=category.is_public,
            )  # fmt: skip
    return category
