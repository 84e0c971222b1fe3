"""Pictures that are pasted or dropped into texts: stored before the text is, kept as long as a text shows them."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from community_platform.core import ratelimits
from community_platform.core.errors import Invalid
from community_platform.core.images import Upload, reduced
from community_platform.core.permissions import ensure
from community_platform.core.rates import limits_for
from forum.limits import PICTURE_SIDE, PICTURES_PER_TEXT, UNUSED_PICTURE_HOURS
from forum.models import Comment, Draft, Picture, Post

_SHOWN = re.compile(r'<img src="[^"]*/forum/picture/([0-9a-f-]{36})/"')
BATCH = 500


def add_picture(*, actor: Any, upload: Upload) -> Picture:
    """Store `upload` as a WebP of at most 1,600 pixels under a new name, without its metadata, and return it.

    It is its owner's alone until a text that shows it is saved. Of an animation the first frame is kept. Raises:
    NotSignedIn; TooLarge, WrongType and Invalid on `picture`; TooFast.
    """
    ensure(actor, "forum.add_picture")
    ratelimits.hit(actor.pk, *limits_for(actor, "upload"))  # before decoding, which is what costs
    content, width, height = reduced(upload, longest=PICTURE_SIDE, field="picture")
    picture = Picture(owner=actor, size=len(content))
    # The name of the file is not the picture's own: knowing one says nothing of the other.
    picture.file.save(f"{uuid.uuid4().hex}.webp", ContentFile(content), save=False)
    picture.width, picture.height = width, height  # Django cannot read the size of every small WebP
    try:
        picture.save()
    except BaseException:
        picture.file.storage.delete(picture.file.name or "")
        raise
    return picture


def shown_pictures(html: str) -> list[uuid.UUID]:
    """Return which pictures of ours a rendered text shows, each once."""
    return [uuid.UUID(found) for found in dict.fromkeys(_SHOWN.findall(html))]


def check_pictures(html: str, *, field: str) -> None:
    """Raise Invalid on `field` if a text shows too many pictures."""
    if len(shown_pictures(html)) > PICTURES_PER_TEXT:
        message = ngettext("Use at most %(n)d picture.", "Use at most %(n)d pictures.", PICTURES_PER_TEXT)
        raise Invalid(message % {"n": PICTURES_PER_TEXT}, code="too_many_pictures", field=field)


def adopt_pictures(*, actor: Any, row: Post | Comment) -> None:
    """Give the unused pictures of `actor` that `row` shows to it; whoever sees it sees them. One statement."""
    found = shown_pictures(row.content_html)
    if found:
        unused = Picture.objects.filter(owner_id=actor.pk, uuid__in=found, post=None, comment=None)
        unused.update(**{"post" if isinstance(row, Post) else "comment": row})


def delete_unused_pictures() -> int:
    """Delete pictures that no text took within a day and no open draft shows; return how many."""
    deleted = 0
    for pictures in _unused_batches():
        drafted = _drafted({picture.owner_id for picture in pictures})
        for picture in pictures:
            if str(picture.uuid) not in drafted:
                deleted += _delete(picture)
    return deleted


def delete_pictures_of(user: Any) -> None:
    """Delete the pictures of `user` that stand in no text."""
    for picture in Picture.objects.filter(owner=user, post=None, comment=None):
        _delete(picture)


def _unused_batches() -> Iterator[list[Picture]]:
    until, after = timezone.now() - timedelta(hours=UNUSED_PICTURE_HOURS), 0
    while True:
        rows = Picture.objects.filter(post=None, comment=None, created_at__lt=until, pk__gt=after)
        batch = list(rows.order_by("pk")[:BATCH])
        if not batch:
            return
        after = batch[-1].pk
        yield batch


def _drafted(owners: set[int]) -> set[str]:
    """Return which pictures stand in open drafts of these people, as text."""
    found: set[str] = set()
    for payload in Draft.objects.filter(user__in=owners).values_list("payload", flat=True):
        found.update(re.findall(r"/forum/picture/([0-9a-f-]{36})/", str(payload.get("content", ""))))
    return found


def _delete(picture: Picture) -> int:
    """Delete one picture unless a text took it meanwhile; its file goes after the commit."""
    name, storage = picture.file.name or "", picture.file.storage
    with transaction.atomic():
        deleted, _rows = Picture.objects.filter(pk=picture.pk, post=None, comment=None).delete()
        if deleted:
            transaction.on_commit(lambda: storage.delete(name), robust=True)
    return deleted
