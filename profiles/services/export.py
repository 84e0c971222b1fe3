"""A copy of everything about a person, as a ZIP made in the background: asked for, made, kept for two days, deleted.

What is in it, the apps say (`core.lifecycle`). Rows are written as they are read, so that memory stays small however
much a person did. The worker holds the row by a lease (`DataExport`): a run that lost it writes nothing more.
"""

import json
import tempfile
import time
import uuid
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any

from django.core.files import File
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from community_platform.core import lifecycle
from community_platform.core.db import insert_once
from community_platform.core.errors import NotFound
from community_platform.core.events import publish
from community_platform.core.permissions import ensure
from community_platform.core.ratelimits import hit
from profiles import limits
from profiles.events import DataExportFinished, DataExportRequested
from profiles.models import DataExport, User

KEPT = timedelta(days=2)  # the file
LEASE = timedelta(minutes=10)  # without a sign of life, another worker takes over
FORGOTTEN = timedelta(minutes=2)  # waiting for so long means that the queue lost it
ATTEMPTS = 3
TOUCH_SECONDS = 1.0
COPY_BYTES = 256 * 1024
State = DataExport.State


class LeaseLostError(Exception):
    """Another worker has this export now, or the person is gone."""


def request_export(*, actor: Any) -> DataExport:
    """Ask for a copy of one's data and return it; while one is in work, that one, so a double click asks once.

    Raises: NotSignedIn, NotAllowed (rule profiles.export_data), TooFast (a few a day).  Publishes: DataExportRequested.
    """
    ensure(actor, "profiles.export_data")
    if open_export := _open_of(actor):
        return open_export
    hit(actor.pk, limits.DATA_EXPORTS)
    with transaction.atomic():
        if insert_once(DataExport, user_id=actor.pk):
            made = DataExport.objects.get(user=actor, state=State.WAITING)
            publish(DataExportRequested(export_id=made.pk, user_id=actor.pk))
            return made
    found = _open_of(actor)  # of two requests at the same moment, the other one was first
    return found if found is not None else DataExport.objects.filter(user=actor).latest("created_at")


def delete_export(*, actor: Any, export: DataExport) -> None:
    """Delete the file of a finished export now. Repeatable. Raises: NotAllowed, NotFound for somebody else's."""
    ensure(actor, "profiles.export_data")
    if export.user_id != actor.pk:
        raise NotFound
    with transaction.atomic():
        row = DataExport.objects.select_for_update().filter(pk=export.pk, state=State.READY).first()
        if row is not None:
            _expire(row)


def make_export(pk: int) -> bool:
    """Make the export `pk` and tell whether this call did. A part of the task; running again is harmless.

    Publishes: DataExportFinished.
    """
    attempt = _claim(pk)
    if attempt is None:
        return False
    row = DataExport.objects.select_related("user").get(pk=pk)
    try:
        with tempfile.TemporaryFile() as archive, translation.override(row.user.language or None):
            _write(row, attempt, archive)
            size = archive.tell()
            archive.seek(0)
            _finish(row, attempt, archive, size)
    except LeaseLostError:
        return False
    except Exception:
        # What fails once may work later: `tend_exports` tries again until the attempts are used up.
        state = State.FAILED if attempt >= ATTEMPTS else State.WAITING
        _held(pk, attempt).update(state=state, touched_at=timezone.now())
        raise
    return True


def tend_exports() -> list[int]:
    """Delete files whose time is over, give up hopeless exports, and return the keys of those to be queued again."""
    now = timezone.now()
    for row in DataExport.objects.filter(state=State.READY, expires_at__lte=now):
        with transaction.atomic():
            locked = DataExport.objects.select_for_update().filter(pk=row.pk, state=State.READY).first()
            if locked is not None:
                _expire(locked)
    silent = Q(state=State.RUNNING, touched_at__lt=now - LEASE) | Q(
        state=State.WAITING, touched_at__lt=now - FORGOTTEN
    )
    DataExport.objects.filter(silent, attempts__gte=ATTEMPTS).update(state=State.FAILED, finished_at=now)
    return list(DataExport.objects.filter(silent).order_by("pk").values_list("pk", flat=True))


def _open_of(actor: Any) -> DataExport | None:
    return DataExport.objects.filter(user=actor, state__in=[State.WAITING, State.RUNNING]).first()


def _claim(pk: int) -> int | None:
    """Take the export and return the number of this attempt; None if somebody works on it or it is done."""
    now = timezone.now()
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, touched_at__lt=now - LEASE)
    with transaction.atomic():
        row = DataExport.objects.select_for_update().filter(free, pk=pk, attempts__lt=ATTEMPTS).first()
        if row is None:
            return None
        taken = DataExport.objects.filter(pk=pk)
        taken.update(state=State.RUNNING, touched_at=now, attempts=F("attempts") + 1, progress_percent=0)
        return row.attempts + 1


def _held(pk: int, attempt: int) -> Any:
    return DataExport.objects.filter(pk=pk, state=State.RUNNING, attempts=attempt)


class _Progress:
    """Tells how far the work is, once a second at most, and finds out whether it still is ours."""

    def __init__(self, pk: int, attempt: int, steps: int) -> None:
        self._rows = _held(pk, attempt)
        self._steps, self._done, self._told_at = steps, 0, time.monotonic()

    def tick(self) -> None:
        if time.monotonic() - self._told_at >= TOUCH_SECONDS:
            self._tell()

    def step(self) -> None:
        self._done += 1
        self.tick()

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        percent = min(99, self._done * 100 // self._steps)
        if not self._rows.update(progress_percent=percent, touched_at=timezone.now()):
            raise LeaseLostError


def _write(row: DataExport, attempt: int, archive: IO[bytes]) -> None:
    parts = lifecycle.parts()
    progress = _Progress(row.pk, attempt, len(parts) + 1)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed:
        packed.writestr("README.txt", _readme(row.user))
        for part in parts:
            for name, is_single, rows in part(row.user):
                _write_rows(packed, f"data/{name}", is_single, rows, progress)
            progress.step()
        for name, stored in lifecycle.files_of(row.user):
            if stored:
                _copy(packed, f"files/{name}", stored, progress)
        progress.step()
    archive.seek(0, 2)


def _write_rows(
    packed: zipfile.ZipFile, name: str, is_single: bool, rows: Iterator[Any], progress: _Progress
) -> None:
    """Write one file of JSON, a row a line; an object that is not there is null."""
    with packed.open(name, "w", force_zip64=True) as file:
        if is_single:
            file.write(_json(next(rows, None)))
            return
        before = b"[\n"
        for row in rows:
            file.write(before + _json(row))
            before = b",\n"
            progress.tick()
        file.write(b"\n]\n" if before == b",\n" else b"[]\n")


def _copy(packed: zipfile.ZipFile, name: str, stored: Any, progress: _Progress) -> None:
    """Copy a stored file; one that is missing on the disk does not spoil the rest."""
    try:
        source = stored.storage.open(stored.name, "rb")
    except FileNotFoundError:
        packed.writestr(f"{name}.missing", b"")
        return
    with source, packed.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
        while piece := source.read(COPY_BYTES):
            file.write(piece)
            progress.tick()


def _json(row: Any) -> bytes:
    return json.dumps(row, ensure_ascii=False, default=str).encode(errors="replace")


def _readme(user: User) -> str:
    return "\n".join(
        (
            _("Your data, as of %(time)s (UTC)") % {"time": f"{timezone.now():%Y-%m-%d %H:%M}"},
            "",
            _("data/ holds what we know about you: one file a subject, in JSON."),
            _("files/ holds the pictures and attachments that you uploaded."),
            _("What other people wrote, or told us about you, is theirs and not in here."),
            "",
        )
    )


def _finish(row: DataExport, attempt: int, archive: IO[bytes], size: int) -> None:
    """Store the archive and say so, unless the lease was lost meanwhile."""
    storage = row.file.storage
    # Nobody guesses the name; nothing but the owner's own page gives the file out all the same.
    name = storage.save(f"exports/{uuid.uuid4().hex}.zip", File(archive))
    try:
        with transaction.atomic():
            now = timezone.now()
            done = _held(row.pk, attempt).update(
                state=State.READY, progress_percent=100, file=name, size=size, finished_at=now, touched_at=now,
                expires_at=now + KEPT,
            )  # fmt: skip
            if not done:
                raise LeaseLostError
            publish(DataExportFinished(export_id=row.pk, user_id=row.user_id))
    except BaseException:
        storage.delete(name)
        raise


def _expire(row: DataExport) -> None:
    """Mark a locked export as expired; its file goes once that is committed."""
    name, storage = row.file.name, row.file.storage
    row.state, row.file = State.EXPIRED, ""
    row.save(update_fields=["state", "file"])
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)

