"""Files of messages: looked into, pictures encoded anew, given to nobody but the participants."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from community_platform.core import filetypes, ratelimits
from community_platform.core.errors import Invalid, TooLarge, WrongType
from community_platform.core.images import Upload, reduced
from community_platform.core.permissions import ensure
from community_platform.core.rates import limits_for
from messaging.limits import FILE_BYTES, PICTURE_PIXELS, THUMBNAIL_PIXELS
from messaging.models import Attachment

WAITING = timedelta(days=1)  # a file without its message is deleted after this
Scanner = Callable[["File[Any]"], bool]


def upload(*, actor: Any, file: "File[Any]", field: str = "attachment") -> Attachment:
    """Store a file of `actor` that waits for its message.

    Raises on `field`: TooLarge over FILE_BYTES, WrongType for what is not on the list, Invalid for an empty or infected
    file; TooFast.
    """
    ensure(actor, "messaging.write")
    ratelimits.hit(actor.pk, *limits_for(actor, "upload"))  # before decoding, which is what costs
    if not file.size:
        raise Invalid(_("The file is empty."), code="empty", field=field)
    if file.size > FILE_BYTES:
        raise TooLarge(
            _("The file is too large: %(n)d MB at most.") % {"n": FILE_BYTES // 1024 // 1024}, field=field
        )
    name = filetypes.safe_name(file.name or "")
    kind = filetypes.content_type(cast(Any, file), name)
    if not kind or kind in filetypes.FILMS:
        raise WrongType(_("Attach a picture, PDF, ZIP, an office file or plain text."), field=field)
    _scan(file, field)
    if kind == filetypes.PICTURE:
        return _store_picture(actor, file, name, field)
    row = Attachment(uploader=actor, name=name, content_type=kind, size=file.size)
    return _store(row, file=cast(Any, file))


def discard_waiting() -> int:
    """Delete files whose message was never sent; return how many."""
    old = list(Attachment.objects.filter(message=None, created_at__lt=timezone.now() - WAITING)[:500])
    for row in old:
        forget_files(row)
    return Attachment.objects.filter(pk__in=[row.pk for row in old], message=None).delete()[0]


def forget_files(row: Attachment) -> None:
    """Delete the files of a row once the transaction commits."""
    names = [file.name for file in (row.file, row.thumbnail) if file and file.name]

    def delete() -> None:
        for name in names:
            row.file.storage.delete(name)

    transaction.on_commit(delete, robust=True)


def _scan(file: "File[Any]", field: str) -> None:
    """Ask the scanner that the settings name (`path.to.function(file) -> is it clean`), if any."""
    if settings.ATTACHMENT_SCANNER:
        scanner: Scanner = import_string(settings.ATTACHMENT_SCANNER)
        file.seek(0)
        if not scanner(file):
            raise Invalid(
                _("The scanner found something harmful in this file."), code="infected", field=field
            )
        file.seek(0)


def _store_picture(actor: Any, file: "File[Any]", name: str, field: str) -> Attachment:
    whole, width, height = reduced(cast(Upload, file), longest=PICTURE_PIXELS, field=field, most=FILE_BYTES)
    small, _width, _height = reduced(
        cast(Upload, file), longest=THUMBNAIL_PIXELS, field=field, most=FILE_BYTES
    )
    row = Attachment(
        uploader=actor, name=f"{name.rsplit('.', 1)[0]}.webp", content_type="image/webp", size=len(whole),
        width=width, height=height,
    )  # fmt: skip
    return _store(row, file=ContentFile(whole), thumbnail=ContentFile(small))


def _store(row: Attachment, **files: Any) -> Attachment:
    for column, content in files.items():
        getattr(row, column).save("file", content, save=False)
    try:
        row.save()
    except BaseException:
        for column in files:
            getattr(row, column).storage.delete(getattr(row, column).name)
        raise
    return row
