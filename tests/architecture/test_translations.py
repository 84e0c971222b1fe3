"""Both languages are whole: every text of the interface has a Russian one, and what is compiled is what is written."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
FOLDER = ROOT / "locale" / "ru" / "LC_MESSAGES"
NAMES = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
CALL = re.compile(
    r"""\b(?:_|n?gettext|n?pgettext)\(((?:u?(?:'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\s*,?\s*)+)""",
    re.DOTALL,
)


def _sources() -> Iterator[Path]:
    places = ["community_platform", *(app for app in settings.LOCAL_APPS if "." not in app)]
    for place in places:
        yield from (
            p
            for p in sorted((ROOT / place).rglob("*.py"))
            if not {"tests", "migrations", "demo"} & set(p.parts)
        )
    yield from sorted((ROOT / "templates").rglob("*.html"))
    yield from sorted((ROOT / "templates").rglob("*.txt"))


def _texts(path: Path) -> Iterator[str]:
    """Yield the msgids that `path` uses, as literal strings."""
    source = path.read_text()
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                first = node.args[1 if name.startswith("p") and len(node.args) > 1 else 0]
                if name in NAMES and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value
    else:
        for match in CALL.finditer(templatize(source, origin=str(path))):
            words = ast.literal_eval(f"({match.group(1).rstrip(', ')},)")
            yield words[0] if "pgettext" not in match.group(0) else words[1]


@pytest.fixture(scope="module")
def russian() -> polib.POFile:
    return polib.pofile(str(FOLDER / "django.po"))


def test_every_text_of_the_interface_is_in_the_catalogue(russian: polib.POFile) -> None:
    known = {entry.msgid for entry in russian if not entry.obsolete}
    missing = {
        text: str(path.relative_to(ROOT))
        for path in _sources()
        for text in _texts(path)
        if text and text not in known
    }
    assert missing == {}


def test_every_text_of_the_catalogue_is_translated(russian: polib.POFile) -> None:
    assert [entry.msgid for entry in russian.untranslated_entries()] == []
    assert [entry.msgid for entry in russian.fuzzy_entries()] == []


def test_every_plural_has_its_three_russian_forms(russian: polib.POFile) -> None:
    short = [
        e.msgid
        for e in russian
        if e.msgid_plural and (len(e.msgstr_plural) < 3 or not all(e.msgstr_plural.values()))
    ]
    assert short == []


def test_placeholders_survive_translation(russian: polib.POFile) -> None:
    """A lost %(name)s is an empty place on the page; a made-up one is an error 500."""
    pattern = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
    for entry in russian.translated_entries():
        wanted = set(pattern.findall(entry.msgid)) | set(pattern.findall(entry.msgid_plural))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                assert set(pattern.findall(text)) <= wanted, entry.msgid
                if not entry.msgid_plural:
                    assert set(pattern.findall(text)) == wanted, entry.msgid


def test_the_compiled_catalogue_equals_the_written_one(russian: polib.POFile) -> None:
    compiled = polib.mofile(str(FOLDER / "django.mo"))
    written = {e.msgid: (e.msgstr, tuple(e.msgstr_plural.values())) for e in russian.translated_entries()}
    assert {e.msgid: (e.msgstr, tuple(e.msgstr_plural.values())) for e in compiled} == written
