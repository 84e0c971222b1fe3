"""Hiding texts: away for everybody but their author, who reads why and may mend them.

The review queue calls these; the counters move as they do when a text is deleted. A text that reports hid comes back
when its author edits it, once (`mend`): moderators still look. What a moderator hid stays hidden until one shows it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from community_platform.core.errors import Conflict, NotFound
from community_platform.core.permissions import SYSTEM, ensure, may
from forum.models import Comment, Post, Topic
from forum.services.locks import lock_counted_comment, lock_counted_topic, lock_post_row
from forum.services.removal import Text, bring_back, kind_of, take_away
from profiles.services import reports

BODIES = Prefetch("posts", queryset=Post.objects.filter(number=1), to_attr="bodies")
_LOADED: dict[Any, tuple[str, ...]] = {
    Topic: ("author", "category__course", "course"),
    Post: ("author", "topic__category__course", "topic__course"),
    Comment: ("author", "course", "lesson__course"),
}


def hide_topic(*, actor: Any, topic: Topic, reason: str = "") -> Topic:
    """Hide a topic with all its posts. Raises: NotAllowed (rule forum.hide).  Publishes: ContentDeleted, ContentHidden.

    `reason` is one of the reasons of reports or words for the author. Hiding it again changes the reason only.
    """
    return _hide(actor, topic, reason)  # type: ignore[return-value]


def hide_post(*, actor: Any, post: Post, reason: str = "") -> Post:
    """Hide a reply, as `hide_topic`. Raises Conflict `body` for post number 1."""
    return _hide(actor, post, reason)  # type: ignore[return-value]


def hide_comment(*, actor: Any, comment: Comment, reason: str = "") -> Comment:
    """Hide a comment, as `hide_topic`; replies under it stay."""
    return _hide(actor, comment, reason)  # type: ignore[return-value]


def hide(*, actor: Any, model: type[Text], pk: int, reason: str) -> None:
    """Hide the text of this kind and key, as the review queue names it. Raises: as `hide_topic`, NotFound."""
    _hide(actor, _find(model, pk), reason)


def show(*, actor: Any, model: type[Text], pk: int) -> None:
    """Show a hidden text again; a deleted one stays away. Raises: NotAllowed.  Publishes: ContentRestored."""
    text = _find(model, pk)
    ensure(actor, "forum.hide", text)
    with transaction.atomic():
        locked = _lock(text)
        if locked.is_hidden:
            bring_back(locked, actor)


def drop(*, actor: Any, model: type[Text], pk: int) -> None:
    """Delete a reported text, also from its author when it is hidden. Raises: NotAllowed (as deleting does).

    The review queue writes the line of the log.
    """
    text = _find(model, pk)
    ensure(actor, f"forum.delete_{kind_of(text)}", text)
    with transaction.atomic():
        take_away(_lock(text), actor)


def all_of(model: type[Text], pks: Iterable[int]) -> Any:
    """Return texts in any state, for those who decide about them: a case in their queue is what lets them read."""
    return model._default_manager.filter(pk__in=list(pks))


@contextmanager
def mending(actor: Any, text: Text) -> Iterator[None]:
    """Around an author's edit of a hidden text: let it happen, then show the text or ask moderators again.

    The case is locked before the text, as everywhere. A text that is not hidden passes without a query.
    """
    if not text.is_hidden or actor.pk != text.author_id:
        yield
        return
    with transaction.atomic():
        case = reports.lock_open_case(kind_of(text), text.pk)
        before = _lock(text).revision
        yield
        locked = _lock(text)
        if locked.revision == before or not locked.is_hidden:
            return
        if case is None:
            transaction.on_commit(lambda: _ask_again(text))
        elif reports.note_mended(case):
            bring_back(locked, SYSTEM)


def ensure_editable(actor: Any, locked: Text) -> None:
    """Let a text that is there be edited, and a hidden one by its author and who may show it. Raises NotFound."""
    if not locked.is_deleted:
        return
    if not locked.is_hidden or not (actor.pk == locked.author_id or may(actor, "forum.hide", locked)):
        raise NotFound


def _ask_again(text: Text) -> None:
    reports.ask_again(kind=kind_of(text), pk=text.pk, note=_("The author has changed the hidden text."))


def _hide(actor: Any, text: Text, reason: str) -> Text:
    ensure(actor, "forum.hide", text)
    with transaction.atomic():
        locked = _lock(text)
        if isinstance(locked, Post) and locked.is_body:
            raise Conflict(_("The first post is the topic itself. Hide the topic instead."), code="body")
        take_away(locked, actor, is_hidden=True, reason=reason)
    return locked


def _find(model: type[Text], pk: int) -> Any:
    """Return a text with what rules read of it; for a post that became the body of a topic, that. Raises NotFound."""
    text = all_of(model, [pk]).select_related(*_LOADED[model]).first()
    if text is None:
        raise NotFound
    return _find(Topic, text.topic_id) if isinstance(text, Post) and text.is_body else text


def _lock(text: Text) -> Text:
    if isinstance(text, Topic):
        return lock_counted_topic(text.pk)
    return lock_post_row(text.pk, counted=True) if isinstance(text, Post) else lock_counted_comment(text)
