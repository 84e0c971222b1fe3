"""What the accounts app does when something happened to accounts."""

from community_platform.core.events import subscribe
from profiles import tasks
from profiles.events import DataExportRequested


def make_data_export(event: DataExportRequested) -> None:
    tasks.make_data_export.delay(event.export_id)


subscribe(DataExportRequested, make_data_export)
