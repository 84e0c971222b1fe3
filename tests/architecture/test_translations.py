"""Both languages are whole: every text of the interface has a Russian one, and what is compiled is what is written."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import allauth
import polib
import pytest
import unfold
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
FOLDER = ROOT / "locale" / "ru" / "LC_MESSAGES"
Text = tuple[str, str]  # context ("" for most) and msgid
NAMES = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "npgettext",
    "npgettext_lazy",
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


def _texts(path: Path) -> Iterator[Text]:
    """Yield the texts that `path` uses, as literal strings."""
    source = path.read_text()
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                words = [
                    a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
                ]
                if name in NAMES and words:
                    yield (words[0], words[1]) if "pgettext" in name else ("", words[0])
    else:
        for match in CALL.finditer(templatize(source, origin=str(path))):
            words = ast.literal_eval(f"({match.group(1).rstrip(', ')},)")
            yield (words[0], words[1]) if "pgettext" in match.group(0) else ("", words[0])


@pytest.fixture(scope="module")
def russian() -> polib.POFile:
    return polib.pofile(str(FOLDER / "django.po"))


def test_every_text_of_the_interface_is_in_the_catalogue(russian: polib.POFile) -> None:
    known = {(entry.msgctxt or "", entry.msgid) for entry in russian if not entry.obsolete}
    missing = {
        text: str(path.relative_to(ROOT))
        for path in _sources()
        for text in _texts(path)
        if text[1] and text not in known
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


@pytest.mark.parametrize("place", settings.LOCALE_PATHS)
def test_the_compiled_catalogue_equals_the_written_one(place: Path) -> None:
    folder = place / "ru" / "LC_MESSAGES"
    written, compiled = polib.pofile(str(folder / "django.po")), polib.mofile(str(folder / "django.mo"))
    assert _contents(compiled) == _contents(written.translated_entries())


def _contents(entries: Iterable[polib.POEntry | polib.MOEntry]) -> dict[Text, tuple[str, ...]]:
    return {(e.msgctxt or "", e.msgid): (e.msgstr, *e.msgstr_plural.values()) for e in entries}


def test_what_is_translated_for_others_is_still_said_by_them() -> None:
    """locale/vendor is kept by hand: an entry whose English has changed translates nothing."""
    theirs = {
        e.msgid for e in polib.pofile(f"{Path(allauth.__file__).parent}/locale/ru/LC_MESSAGES/django.po")
    }
    theme = Path(unfold.__file__).parent
    said = "".join(p.read_text() for p in sorted(theme.rglob("*")) if p.suffix in {".py", ".html"})
    entries = polib.pofile(str(ROOT / "locale/vendor/ru/LC_MESSAGES/django.po"))
    gone = [e.msgid for e in entries if e.msgid not in theirs and not e.msgid_plural and e.msgid not in said]
    assert gone == []
