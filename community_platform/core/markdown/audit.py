"""A second opinion on stored HTML, by another parser and the opposite method: it names what must not be."""

import re
from html.parser import HTMLParser
from typing import Final

_ACTIVE = """
    script style iframe frame frameset object embed applet base link meta form button textarea select option
    svg foreignobject animate set use template slot noscript portal video audio source track canvas dialog
    annotation-xml maction mglyph xml plaintext xmp marquee title
"""
ACTIVE_TAGS: Final = frozenset(_ACTIVE.split())
_ADDRESSES = """
    href src srcset action formaction poster background cite data ping longdesc manifest xlink:href profile
    codebase classid lowsrc dynsrc
"""
ADDRESS_ATTRIBUTES: Final = frozenset(_ADDRESSES.split())
FORBIDDEN_ATTRIBUTES: Final = frozenset({"style", "srcdoc", "is", "http-equiv"})
# Attributes that our own scripts and htmx obey.
_COMMANDS = ("xmlns:", "data-hx-", "hx-", "data-behaviour")
SAFE_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_IGNORED_BY_BROWSERS = re.compile(r"[\x00-\x20\x7f\u200b\ufeff]")
_SCHEME = re.compile(r"([^/?#:]*):")


def findings(tag: str, attributes: list[tuple[str, str | None]]) -> list[str]:
    """Name what is wrong with one element."""
    found = [f"element <{tag}>"] if tag in ACTIVE_TAGS else []
    for name, value in attributes:
        if name.startswith("on"):
            found.append(f"handler {name} on <{tag}>")
        elif name in FORBIDDEN_ATTRIBUTES or name.startswith(_COMMANDS):
            found.append(f"attribute {name} on <{tag}>")
        elif name in ADDRESS_ATTRIBUTES:
            address = _IGNORED_BY_BROWSERS.sub("", value or "")
            scheme = _SCHEME.match(address)
            if scheme and scheme[1].lower() not in SAFE_SCHEMES:
                found.append(f"scheme {scheme[1]!r} in {name} of <{tag}>")
    return found


class _Auditor(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.extend(findings(tag, attrs))

    def handle_comment(self, data: str) -> None:
        self.found.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.found.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.found.append("processing instruction")

    def unknown_decl(self, data: str) -> None:
        self.found.append("CDATA section")


def audit(html: str) -> list[str]:
    """Name every script, handler, style attribute or unsafe address in rendered HTML; [] means clean."""
    auditor = _Auditor()
    auditor.feed(html)
    auditor.close()
    return auditor.found
