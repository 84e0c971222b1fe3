"""An archive becomes a draft: once, unless another one is asked for."""

from pathlib import Path
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from community_platform.core import ratelimits
from community_platform.core.errors import Invalid, TooLarge
from community_platform.core.permissions import ensure
from courses import limits
from courses.models import CourseCategory, CourseImport, ImportFormat
from courses.services.studio_cover import small_name
from courses.services.transfer import folder, olx
from courses.services.transfer.building import build
from courses.services.transfer.bundle import FIELD, Bundle, opened
from profiles.models import User

NOTES_MAX = 500


def import_upload(
    *, actor: Any, upload: Any, category: CourseCategory | None = None, again: bool = False
) -> tuple[CourseImport, bool]:
    """Return (what the archive became, whether just now). The course is a draft of `actor`.

    The same content, however packed, is the same archive: it answers the draft that is there, unless `again`.
    Raises: NotAllowed; on `archive` Invalid (damaged, unsafe, nothing we know), TooLarge, WrongType; TooFast.
    """
    ensure(actor, "courses.create_course")
    if (upload.size or 0) > limits.IMPORT_BYTES:
        text = _("The archive is too large: %(n)d MB at most.")
        raise TooLarge(text % {"n": limits.IMPORT_BYTES // limits.MEGABYTE}, field=FIELD)
    if not upload.size:
        raise Invalid(_("The archive is empty."), code="empty", field=FIELD)
    ratelimits.hit(actor.pk, *limits.IMPORT_RATES)
    return _import(actor, upload.file, category, again, stem=Path(upload.name or "").name)


def import_path(
    *, actor: Any, path: Path, category: CourseCategory | None = None, again: bool = False
) -> tuple[CourseImport, bool]:
    """Do what `import_upload` does with a folder or an archive of this machine."""
    ensure(actor, "courses.create_course")
    return _import(actor, path, category, again, stem=path.name)


def _import(
    actor: Any, source: Path | IO[bytes], category: CourseCategory | None, again: bool, *, stem: str
) -> tuple[CourseImport, bool]:
    stored: list[str] = []
    try:
        with opened(source) as bundle, transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # a double click waits, then finds the first
            known = CourseImport.objects.filter(user=actor, digest=bundle.digest)
            former = known.select_related("course__category", "course__instructor").order_by("-number").first()
            if former is not None and not again:
                return former, False
            return _make(actor, bundle, category, stem, stored, known), True
    except BaseException:
        for name in stored:
            default_storage.delete(name)
            default_storage.delete(small_name(name))
        raise


def _make(
    actor: Any, bundle: Bundle, category: CourseCategory | None, stem: str, stored: list[str], known: Any
) -> CourseImport:
    is_olx = olx.is_olx(bundle)
    written = olx.read(bundle) if is_olx else folder.read(bundle, name=stem)
    course = build(actor=actor, written=written, category=category, stored=stored)
    return CourseImport.objects.create(
        user=actor, course=course, digest=bundle.digest,
        format=ImportFormat.OLX if is_olx else ImportFormat.MARKDOWN,
        number=(known.aggregate(last=Max("number"))["last"] or 0) + 1,
        notes=[{"place": note.place[:300], "text": note.text[:500]} for note in written.notes[:NOTES_MAX]],
    )  # fmt: skip
