"""Make what the site serves but the repository does not hold: the font subset, the icons, the bundles."""

import hashlib
import json
import logging
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand, CommandError
from fontTools import subset
from PIL import Image

from community_platform.core import brand
from community_platform.core.static import stylesheets

WEIGHTS = {400: "Regular", 600: "SemiBold", 700: "Bold"}
FONT_SOURCE = "unfold/fonts/inter/Inter-{}.woff2"
FONT_BUDGET = 120 * 1024  # bytes, all weights together
# Latin with its accents, Cyrillic, punctuation, currencies, arrows and a few signs of arithmetic.
CHARACTERS = [
    *range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x400, 0x460), 0x490, 0x491, *range(0x2010, 0x2028),
    0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x20B4, 0x20B8, 0x20BD, 0x2116, 0x2122,
    *range(0x2190, 0x219A), 0x2212, 0x221E, 0x2248, 0x2260, 0x2264, 0x2265, 0x2713,
]  # fmt: skip
FEATURES = ["kern", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "case"]
ICON_SIZES = (180, 192, 512)

_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const|let)\s+)(\w+)", re.MULTILINE)
_JS_COMMENT = re.compile(r"/\*\*.*?\*/|^[ \t]*//[^\n]*\n", re.DOTALL | re.MULTILINE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Build fonts, icons and the CSS and JavaScript bundles into var/assets; does nothing where nothing changed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Build each asset whose sources differ from those of the last build."""
        self.target: Path = settings.VAR_DIR / "assets"
        self.state_path = self.target / ".build.json"
        self.state: dict[str, str] = (
            json.loads(self.state_path.read_text()) if self.state_path.exists() else {}
        )
        self.code = Path(__file__).read_bytes() + Path(brand.__file__).read_bytes()
        root = settings.BASE_DIR / "static"
        self.target.mkdir(parents=True, exist_ok=True)
        fonts = [_found(FONT_SOURCE.format(name)) for name in WEIGHTS.values()]
        sheets = [root / name for name in stylesheets()]
        scripts = sorted((root / "js").rglob("*.js"))
        self._build("fonts", fonts, lambda: _write_fonts(self.target / "fonts"))
        self._build("icons", [], lambda: _write_icons(self.target / "icons"))
        self._build("styles", sheets, lambda: _write(self.target / "css" / "site.css", bundle_styles(sheets)))
        self._build(
            "scripts",
            scripts,
            lambda: _write(self.target / "js" / "site.js", bundle_scripts(root / "js" / "main.js")),
        )

    def _build(self, name: str, sources: list[Path], make: Any) -> None:
        digest = hashlib.sha256(self.code)
        for path in sources:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        if self.state.get(name) == digest.hexdigest():
            return
        make()
        self.state[name] = digest.hexdigest()
        self.state_path.write_text(json.dumps(self.state, indent=1))
        self.stdout.write(f"built {name}")


def _found(name: str) -> Path:
    path = finders.find(name)
    if not path:
        raise CommandError(f"{name} is missing from the installed packages")
    return Path(path)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _write_fonts(folder: Path) -> None:
    """Cut Inter down to `CHARACTERS`."""
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it lists every glyph otherwise
    for weight, name in WEIGHTS.items():
        options = subset.Options(flavor="woff2", layout_features=FEATURES, hinting=False)
        font = subset.load_font(str(_found(FONT_SOURCE.format(name))), options)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=CHARACTERS)
        cutter.subset(font)
        subset.save_font(font, str(folder / f"inter-{weight}.woff2"), options)
    total = sum(path.stat().st_size for path in folder.glob("*.woff2"))
    if total > FONT_BUDGET:
        raise CommandError(f"the fonts take {total} bytes, more than {FONT_BUDGET}")


def _write_icons(folder: Path) -> None:
    """Draw the mark of favicon.svg as PNG for phones and as ICO for whatever asks for it."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = brand.draw_mark(512)
    for size in ICON_SIZES:
        mark.resize((size, size), Image.Resampling.LANCZOS).save(folder / f"icon-{size}.png", optimize=True)
    mark.save(folder / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])


def bundle_styles(sheets: list[Path]) -> str:
    """Join the sheets without comments and indentation."""
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    text = _CSS_COMMENT.sub("", text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


def bundle_scripts(entry: Path) -> str:
    """Join `entry` and all it imports into one module; each file keeps a scope of its own.

    Understands what our files use: `import { a, b } from "./x.js"` and `export` before a declaration.
    """
    done: dict[Path, str] = {}
    pieces: list[str] = []

    def add(path: Path, above: tuple[Path, ...]) -> str:
        if path in above:
            raise CommandError(f"{path.name} imports itself through {', '.join(p.name for p in above)}")
        if path in done:
            return done[path]
        # JSDoc names files in import("…"), which collectstatic would look for beside the bundle.
        source = _JS_COMMENT.sub("", path.read_text(encoding="utf-8"))
        takes = []
        for names, where in _IMPORT.findall(source):
            module = add((path.parent / where).resolve(), (*above, path))
            takes.append(f"const {{{names.replace(' as ', ': ').strip()}}} = {module};")
        exports = [name for _, name in _EXPORT.findall(source)]
        body = _EXPORT.sub(r"\1\2", _IMPORT.sub("", source))
        if re.search(r"^(import|export)\b", body, re.MULTILINE):
            raise CommandError(f"{path.name} has an import or export that the bundler does not understand")
        done[path] = f"module{len(done)}"
        pieces.append(
            f"const {done[path]} = (() => {{\n"
            + "\n".join(takes)
            + f"\n{body}\nreturn {{ {', '.join(exports)} }};\n}})();"
        )
        return done[path]

    add(entry.resolve(), ())
    return "\n".join(pieces) + "\n"
