"""Style sheets in their order, and static files with hashed names."""

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

FIRST = ("css/tokens.css", "css/fonts.css")  # tokens.css orders the cascade layers


def stylesheets() -> list[str]:
    """Return the names of our sheets. Only the first place matters: layers, not order, decide who wins."""
    root = settings.BASE_DIR / "static"
    names = sorted(path.relative_to(root).as_posix() for path in (root / "css").rglob("*.css"))
    return [*FIRST, *(name for name in names if name not in FIRST)]


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with hashed names inside our own ES modules, and gzip only.

    Module imports are rewritten under js/ alone: other packages have import examples in comments that break Django's
    pattern. Brotli at WhiteNoise's quality takes a minute instead of four seconds; a proxy does it better.
    """

    patterns = (
        *HashedFilesMixin.patterns,
        ("js/*.js", HashedFilesMixin._js_module_import_aggregation_patterns[1]),  # type: ignore[attr-defined]
    )

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(use_brotli=False, **options)
