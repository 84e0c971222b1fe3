"""The words of a text without its markup: for search, previews and mails."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

HIDDEN = "▒▒▒"
_CELL_ENDS = {"th_close", "td_close"}
_LINE_ENDS = {"paragraph_close", "heading_close", "tr_close", "summary_close", "list_item_close"}


def plain_text(tokens: Sequence[Token]) -> str:
    """Join the text of `tokens`, one line per block; what a spoiler hides stays hidden."""
    pieces: list[str] = []
    hidden_at: int | None = None
    for token in tokens:
        if hidden_at is not None:
            hidden_at = None if token.type == "details_close" and token.level == hidden_at else hidden_at
        elif token.type == "inline":
            pieces.append(_inline_text(token.children or []))
        elif token.type in {"fence", "code_block", "formula"}:
            pieces.append(token.content + "\n")
        elif token.type in _LINE_ENDS:
            pieces.append("\n")
        elif token.type in _CELL_ENDS:
            pieces.append(" ")
        # The title of a hidden block is shown; it has ended here.
        if token.type == "summary_close" and hidden_at is None:
            hidden_at = token.level - 1
            pieces.append(HIDDEN + "\n")
    lines = (" ".join(line.split()) for line in "".join(pieces).splitlines())
    return "\n".join(line for line in lines if line)


def _inline_text(children: Sequence[Token]) -> str:
    pieces: list[str] = []
    hidden = 0
    for token in children:
        if token.type == "spoiler_open":
            hidden += 1
            pieces.append(HIDDEN)
        elif token.type == "spoiler_close":
            hidden -= 1
        elif hidden:
            continue
        elif token.type == "mention":
            pieces.append(f"@{token.content}")
        elif token.type == "tag":
            pieces.append(f"#{token.content}")
        elif token.type in {"softbreak", "hardbreak"}:
            pieces.append("\n")
        elif token.type.startswith("image"):
            pieces.append(_inline_text(token.children or []))
        else:
            pieces.append(token.content)
    return "".join(pieces)


def excerpt(text: str, chars: int = 160) -> str:
    """Return the beginning of `text` on one line, at most `chars` long, cut between words, with `…`."""
    text = " ".join(text.split())
    if len(text) <= chars:
        return text
    cut = text[: chars - 1]
    # A word longer than half of the excerpt is cut inside.
    at_word = cut[: cut.rfind(" ")] if text[chars - 1] != " " and cut.rfind(" ") > chars // 2 else cut
    return re.sub(r"[\s,;:.!?…—-]+\Z", "", at_word) + "…"
