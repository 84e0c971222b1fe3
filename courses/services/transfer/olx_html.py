"""HTML of Open edX as Markdown, which the house renders and sanitises as it does what people type."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup, Comment, NavigableString
from markdownify import MarkdownConverter

from community_platform.core.markdown.links import is_safe_link

STATIC = "/static/"
_DROPPED = ("script", "style", "iframe", "object", "embed", "form", "noscript", "template", "link", "meta", "title")
_MATH = re.compile(
    r"\\\((?P<a>.+?)\\\)|\\\[(?P<b>.+?)\\\]|\[mathjaxinline\](?P<c>.+?)\[/mathjaxinline\]"
    r"|\[mathjax\](?P<d>.+?)\[/mathjax\]",
    re.DOTALL,
)
_MARK = "\ue000{}\ue001"  # private characters stand for formulas, which no escaping may touch
_MARKED = re.compile("\ue000(\\d+)\ue001")
Rename = Callable[[str], str | None]  # the path below /static/ → the name in files/, None where there is no such file


class _Converter(MarkdownConverter):  # type: ignore[misc]  # untyped
    """Code keeps its language; `class="language-python"` and `lang` are how pages name it."""

    def __init__(self) -> None:
        super().__init__(heading_style="ATX", bullets="-", code_language_callback=_language, escape_misc=False)


def _language(element: Any) -> str:
    for tag in (element, element.find("code")):
        for name in (tag.get("class") or []) if tag is not None else []:
            if name.startswith("language-"):
                return str(name.removeprefix("language-"))
    return ""


def to_markdown(html: str, rename: Rename, lost: Callable[[str], None]) -> str:
    """Return `html` as Markdown. `lost` is told, by a tag's name or an address, what could not be kept."""
    soup = BeautifulSoup(html, "html.parser")
    for comment in soup.find_all(string=lambda string: isinstance(string, Comment)):
        comment.extract()
    for tag in soup.find_all(_DROPPED):
        if tag.name in {"iframe", "object", "embed", "form"}:
            lost(f"<{tag.name}>")
        tag.decompose()
    for tag in soup.find_all(["video", "audio"]):
        lost(f"<{tag.name}>")
        tag.decompose()
    for tag in soup.find_all(["img", "a"]):
        _readdress(tag, rename, lost)
    formulas = _hide_formulas(soup)
    text = _Converter().convert_soup(soup)
    text = _MARKED.sub(lambda found: formulas[int(found[1])], text)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def _readdress(tag: Any, rename: Rename, lost: Callable[[str], None]) -> None:
    name = "src" if tag.name == "img" else "href"
    address = str(tag.get(name) or "")
    if address.startswith(STATIC):
        file = rename(unquote(address.removeprefix(STATIC).partition("?")[0]))
        if file:
            tag[name] = f"files/{file}"
        else:
            lost(address)
            tag.unwrap() if tag.name == "a" else tag.decompose()
    elif address.startswith(("/jump_to", "/course/", "/courses/")) or not is_safe_link(address):
        # places of the other site; schemes that run code
        lost(address)
        tag.unwrap()


def _hide_formulas(soup: Any) -> list[str]:
    """Replace formulas in the texts of `soup` by marks and return them as the house writes them."""
    formulas: list[str] = []

    def hide(found: re.Match[str]) -> str:
        inline, block = found["a"] or found["c"], found["b"] or found["d"]
        formulas.append(f"${inline.strip()}$" if inline else f"\n\n$$\n{(block or '').strip()}\n$$\n\n")
        return _MARK.format(len(formulas) - 1)

    for string in soup.find_all(string=_MATH):
        if string.find_parent(["pre", "code"]) is None:
            string.replace_with(NavigableString(_MATH.sub(hide, re.sub("[\ue000\ue001]", "", str(string)))))
    return formulas
