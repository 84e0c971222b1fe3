"""Categories as moderators make and change them on pages and by the API."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community_platform.core import text
from community_platform.core.errors import Invalid
from community_platform.core.permissions import ensure
from courses.models import Course
from forum.limits import CATEGORY_ICONS, CATEGORY_TEXT_MAX, RESERVED_SLUGS, SLOW_MODE_MAX
from forum.models import Audience, Category
from forum.services.locks import lock_categories
from forum.services.shelves import save_category, set_moderators
from forum.services.topics import Key
from profiles.models import User
from profiles.services.log import log

NUMBERS = {"order_index": 32_767, "min_trust_level": 3, "slow_mode_seconds": SLOW_MODE_MAX}  # the highest of each
NAME_MAX, SLUG_MAX = 60, 60


def create_category(*, actor: Any, name: str, **fields: Any) -> Category:
    """Make a category; without a `slug` it is made of the name. `fields` are as of `edit_category`.

    Raises: NotAllowed (rule forum.edit_categories), Invalid on the field at fault.
    """
    ensure(actor, "forum.edit_categories")
    fields.setdefault("slug", "")
    return _save(actor, Category(), "create_category", {"name": name, **fields})


def edit_category(*, actor: Any, category: Category, **fields: Any) -> Category:
    """Change the given fields; the others stay.

    name, slug, description, icon, order_index, audience (everyone, members, course, staff), course (id, slug or None),
    staff_only_topics, min_trust_level 0-3, slow_mode_seconds, moderators (user names).
    Raises: NotAllowed (rule forum.edit_categories), Invalid on the field at fault.
    """
    ensure(actor, "forum.edit_categories")
    return _save(actor, category, "edit_category", fields)


def _save(actor: Any, category: Category, action: str, fields: dict[str, Any]) -> Category:
    with transaction.atomic():
        if category.pk is not None:
            lock_categories(category.pk)
            category = Category.objects.get(pk=category.pk)
        moderators = _people(fields.pop("moderators")) if "moderators" in fields else None
        for field, value in fields.items():
            setattr(category, field, _clean(actor, category, field, value))
        if category.audience == Audience.COURSE and category.course_id is None:
            raise Invalid(_("Choose the course whose people see it."), code="required", field="course")
        try:
            with transaction.atomic():
                save_category(actor=actor, category=category)
        except IntegrityError as error:
            raise Invalid(_("Another category has this address."), code="unique", field="slug") from error
        if moderators is not None:
            set_moderators(actor=actor, category=category, moderators=moderators)
        log(
            actor, action, kind="category", object_id=category.pk, category_ref=category.pk,
            course_ref=category.course_id, title=category.name, url=category.get_absolute_url(),
            is_public=category.is_public,
        )  # fmt: skip
    return category


def _clean(actor: Any, category: Category, field: str, value: Any) -> Any:
    if field == "name":
        return text.clean(value, field=field, high=NAME_MAX, multiline=False)
    if field == "description":
        return text.clean(value, field=field, low=0, high=CATEGORY_TEXT_MAX, multiline=False)
    if field == "slug":
        return _clean_slug(category, value)
    if field == "course":
        return _find_course(actor, value)
    if field in NUMBERS:
        if not 0 <= value <= NUMBERS[field]:
            words = _("Choose a number between 0 and %(n)d.") % {"n": NUMBERS[field]}
            raise Invalid(words, code="out_of_range", field=field)
        return value
    allowed = {"audience": Audience.values, "icon": (*CATEGORY_ICONS, category.icon)}.get(field)
    if allowed is not None and value not in allowed:
        raise Invalid(_("There is no such choice."), code="invalid_choice", field=field)
    return value


def _clean_slug(category: Category, value: str) -> str:
    """Return an address that no page of the forum has; it comes after the name, which may give it."""
    value = text.clean(value, field="slug", low=0, high=SLUG_MAX, multiline=False)
    slug = text.slug(value or category.name, high=SLUG_MAX) or f"category-{category.order_index}"
    if value and slug != value:
        raise Invalid(_("Use small Latin letters, digits and hyphens."), code="invalid", field="slug")
    if slug in RESERVED_SLUGS:
        raise Invalid(_("The forum uses this address itself."), code="reserved", field="slug")
    return slug


def _find_course(actor: Any, key: Key | None) -> Course | None:
    if key in {None, ""}:
        return None
    rows = Course.objects.visible_to(actor)
    is_id = isinstance(key, int)
    found = rows.filter(**({"pk": key} if is_id else {"slug": key})).first() if not is_id or abs(key) < 2**63 else None  # type: ignore[arg-type]
    if found is None:
        raise Invalid(_("This course does not exist."), code="does_not_exist", field="course")
    return found


def _people(names: Iterable[str]) -> list[User]:
    """Return the people with these user names. Raises Invalid naming those who do not exist."""
    wanted = {name.strip().lstrip("@").lower() for name in names if name.strip()}
    found = {user.username.lower(): user for user in User.objects.named(wanted)} if wanted else {}
    if missing := wanted - set(found):
        words = _("Nobody is called %(names)s.") % {"names": ", ".join(sorted(missing))}
        raise Invalid(words, code="does_not_exist", field="moderators")
    return list(found.values())
