"""Markdown source → safe HTML, plain text, people mentioned. Rendered when written, never when read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from community_platform.core.markdown.document import Document
from community_platform.core.markdown.parser import parser
from community_platform.core.markdown.plaintext import plain_text
from community_platform.core.markdown.sanitizer import sanitize

# Stored beside the HTML; raise it whenever the same source gives other HTML, so that old rows are found.
RENDERER_VERSION: Final = 2
_SURROGATES = re.compile(r"[\ud800-\udfff]")

ResolveMentions = Callable[[set[str]], Mapping[str, str]]
ResolveTags = Callable[[set[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Rendered:
    """What is stored of a text beside its source."""

    html: str
    text: str
    """The words without markup, one line per block; hidden text is left out."""
    mentions: frozenset[str]
    """Usernames as their accounts write them, each of an existing account."""


def render(
    source: str, *, resolve_mentions: ResolveMentions | None = None, resolve_tags: ResolveTags | None = None
) -> Rendered:
    """Render `source`; the same source always gives the same HTML. Never raises on bad text.

    `resolve_mentions` gets every lower-cased name after an @ in one call and answers with the profile address
    of those that exist; `resolve_tags` does the same with words after a #. Callers refuse sources over MAX_CHARS; the
    work is linear in the length.
    """
    # UTF-8 has no lone surrogates, and the sanitizer takes UTF-8. NUL is replaced by the parser.
    source = _SURROGATES.sub("\ufffd", source)
    document = Document(key=blake2s(source.encode(), digest_size=4).hexdigest(), words=_words())
    env: dict[str, Any] = {"document": document}
    md = parser()
    tokens = md.parse(source, env)
    if resolve_mentions and document.mentioned:
        found = resolve_mentions(set(document.mentioned))
        document.profiles = {name: url for name, url in found.items() if name in document.mentioned}
    if resolve_tags and document.tagged:
        document.tags = dict(resolve_tags(set(document.tagged)))
    html = sanitize(md.renderer.render(tokens, md.options, env))
    mentions = frozenset(_account_name(name, url) for name, url in document.profiles.items())
    return Rendered(html=html, text=plain_text(tokens), mentions=mentions)


def _words() -> dict[str, str]:
    """Return our own texts in the school's language: the HTML is stored once for all readers."""
    with translation.override(settings.LANGUAGE_CODE):
        return {"spoiler": _("Spoiler"), "table": _("Table"), "back": _("Back to the text")}


def _account_name(name: str, url: str) -> str:
    """Take the account's own spelling from the end of its profile address; `name` if the address has none."""
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return last if last.lower() == name else name
