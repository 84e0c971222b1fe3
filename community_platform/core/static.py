"""Style sheets in their order, and static files with hashed names."""

import re
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

FIRST = ("css/tokens.css", "css/fonts.css")  # tokens.css orders the cascade layers


def stylesheets() -> list[str]:
    """Return the names of our sheets. Only the first place matters: layers, not order, decide who wins."""
    root = settings.BASE_DIR / "static"
    names = sorted(path.relative_to(root).as_posix() for path in (root / "css").rglob("*.css"))
    return [*FIRST, *(name for name in names if name not in FIRST)]


COMMENTS = re.compile(r"/\*\*.*?\*/[ ]?|^[ ]*//[^\n]*\n", re.DOTALL | re.MULTILINE)


def delivered(source: str) -> str:
    """Return a module of ours as browsers get it: the comments, types among them, are for who reads the source."""
    return COMMENTS.sub("", source)


class _WithoutComments:
    """The storage that a module of ours is collected from, giving it out as it is delivered."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def open(self, path: str) -> ContentFile:
        with self._storage.open(path) as file:
            return ContentFile(delivered(file.read().decode()).encode())


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with hashed names inside our own ES modules, these without comments, and gzip only.

    Module imports are rewritten under js/ alone: other packages have import examples in comments that break Django's
    pattern. Brotli at WhiteNoise's quality takes a minute instead of four seconds; a proxy does it better.
    """

    patterns = (
        *HashedFilesMixin.patterns,
        ("js/*.js", HashedFilesMixin._js_module_import_aggregation_patterns[1]),  # type: ignore[attr-defined]
    )

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(use_brotli=False, **options)

    def post_process(self, paths: Any, dry_run: bool = False, **options: Any) -> Any:
        """Hash and compress as WhiteNoise does; our modules are read without their comments."""
        ours = {
            name: (_WithoutComments(storage), path) if name.startswith("js/") else (storage, path)
            for name, (storage, path) in paths.items()
        }
        return super().post_process(ours, dry_run, **options)
