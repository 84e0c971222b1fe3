"""Bare addresses become links: `https://…` while parsing, so that `_` and `*` in them survive.

Linear by construction: an address takes the whole run it stands in, a refused one costs its host (≤ 253
characters). The parser's own linkify is off because it is quadratic on `http://[` and `a://`.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_SCHEME_BEFORE = re.compile(r"(?<![A-Za-z0-9])https?\Z", re.IGNORECASE)
_NO_LOGIN = r"(?![^\s/?#<>]{0,255}@)"
_HOST = r"[^\W_](?:[\w-]{0,62}\.){0,8}[\w-]{0,62}"
_ADDRESS = re.compile(
    rf"://{_NO_LOGIN}{_HOST}(?=[/:?#\s<>|)\]'\"`*~,;!.]|\Z)(?::\d{{1,5}})?(?:[/?#][^\s<>`|\\\x00-\x1f]*)?"
)
_WWW_ADDRESS = re.compile(rf"www\.{_HOST}(?::\d{{1,5}})?(?:[/?#][^\s<>`|\\\x00-\x1f]*)?", re.IGNORECASE)
_TRAILING = "?!.,:;*_~'\""


def trimmed(address: str) -> str:
    """Drop what belongs to the sentence: closing punctuation, and brackets that the address did not open."""
    surplus = {")": address.count(")") - address.count("("), "]": address.count("]") - address.count("[")}
    end = len(address)
    while end:
        last = address[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return address[:end]


def autolink(state: StateInline, silent: bool) -> bool:
    """Inline rule on the colon of `http://` and `https://`."""
    start = state.pos
    # In lookahead a link's label is being searched: it must end at its own bracket, not at ours.
    if silent or state.linkLevel > 0 or not state.src.startswith("://", start):
        return False
    scheme = _SCHEME_BEFORE.search(state.src, max(0, start - 6), start)
    # The scheme must still be pending text; `htt*ps*://` is no address.
    if not scheme or not state.pending.endswith(scheme[0]):
        return False
    match = _ADDRESS.match(state.src, start, state.posMax)
    if not match:
        return False
    rest = trimmed(match[0])
    href = state.md.normalizeLink(scheme[0].lower() + rest)
    if len(rest) <= len("://") or not state.md.validateLink(href):
        return False
    state.pending = state.pending[: -len(scheme[0])]
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": href}
    state.push("text", "", 0).content = scheme[0] + rest
    state.push("link_close", "a", -1)
    state.pos = start + len(rest)
    return True


def www_length(text: str, start: int) -> int:
    """Return how many characters of `text` from `start` are a `www.` address; 0 if none."""
    match = _WWW_ADDRESS.match(text, start)
    address = trimmed(match[0]) if match else ""
    return len(address) if "." in address[len("www.") :] else 0


def link_tokens(href: str, text: str, level: int) -> list[Token]:
    """Make the tokens of a link whose text is `text`."""
    content = Token("text", "", 0, content=text, level=level + 1)
    return [
        Token("link_open", "a", 1, attrs={"href": href}, level=level),
        content,
        Token("link_close", "a", -1, level=level),
    ]


def autolinks_plugin(md: MarkdownIt) -> None:
    """Install the rule for addresses with a scheme; `www.` is found with the other words (words.py)."""
    md.inline.ruler.after("text", "bare_address", autolink)
