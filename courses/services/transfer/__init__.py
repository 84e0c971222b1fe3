"""Courses as archives: a Markdown folder out and in (docs/COURSE_FORMAT.md), Open edX's OLX in.

`bundle` unpacks what may be hostile, `folder` and `olx` read it into a `WrittenCourse`, `building` makes a draft of
that through the services that the editor calls, `export` writes the folder. Nothing that comes in is published.
"""

from courses.services.transfer.export import export_folder, export_zip
from courses.services.transfer.importing import import_path, import_upload

__all__ = ["export_folder", "export_zip", "import_path", "import_upload"]
