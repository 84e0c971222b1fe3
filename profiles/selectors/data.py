"""Reads of copies of one's data."""

from typing import IO, Any

from community_platform.core.errors import NotFound
from profiles.models import DataExport


def exports_of(viewer: Any) -> Any:
    """Return the copies of `viewer`, the newest first."""
    return DataExport.objects.visible_to(viewer).order_by("-created_at", "-pk")


def opened(row: DataExport) -> tuple[IO[bytes], str]:
    """Return the file of a copy, open, and the name to keep it under. Raises NotFound while or once there is none."""
    if not row.is_ready:
        raise NotFound
    try:
        file = row.file.storage.open(row.file.name or "", "rb")
    except FileNotFoundError as error:
        raise NotFound from error
    return file, f"my-data-{row.created_at:%Y-%m-%d}.zip"
