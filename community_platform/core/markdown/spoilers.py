"""Hidden text: `||inline||` and blocks from `:::spoiler Title` to `:::`."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from community_platform.core.markdown.document import document_of
from community_platform.core.markdown.nesting import QUOTE_INTERRUPTS, guarded

_OPENING = re.compile(r":{3,}[ \t]*spoiler(?:[ \t]+(?P<title>.*))?", re.IGNORECASE)
_CLOSING = re.compile(r":{3,}[ \t]*")
MARK = "||"


def mark_spoilers(state: StateInline, silent: bool) -> bool:
    """Inline rule: note each `||` as a possible beginning or end."""
    if silent or not state.src.startswith(MARK, state.pos):
        return False
    scanned = state.scanDelims(state.pos, True)
    token = state.push("text", "", 0)
    token.content = "|" * scanned.length
    if scanned.length == len(MARK):
        state.delimiters.append(
            Delimiter(
                marker=ord("|"),
                length=0,
                token=len(state.tokens) - 1,
                end=-1,
                open=scanned.can_open,
                close=scanned.can_close,
            )
        )
    state.pos += scanned.length
    return True


def pair_spoilers(state: StateInline) -> None:
    """Turn matched pairs into elements, as the parser does for ~~strikethrough~~."""
    nested = (meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta)
    for delimiters in (state.delimiters, *nested):
        for opening in delimiters:
            if opening.marker != ord("|") or opening.end == -1:
                continue
            if not document_of(state.env).afford("spoilers"):
                return
            first, last = state.tokens[opening.token], state.tokens[delimiters[opening.end].token]
            first.type, first.tag, first.nesting, first.content = "spoiler_open", "span", 1, ""
            # Focusable, so that a keyboard can uncover it as hovering does.
            first.attrs = {"class": "spoiler", "tabindex": "0"}
            last.type, last.tag, last.nesting, last.content = "spoiler_close", "span", -1, ""


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def spoiler_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Block rule for `:::spoiler Title`; spoilers may hold spoilers. Without an end it runs to the end."""
    text = _line(state, start_line)
    if not text.startswith(":::") or state.is_code_block(start_line):
        return False
    opening = _OPENING.fullmatch(text)
    if not opening:
        return False
    if silent:
        return True
    last_line, closed = _find_end(state, start_line, end_line)
    title = (opening["title"] or "").strip() or document_of(state.env).words["spoiler"]

    details = state.push("details_open", "details", 1)
    details.block, details.map = True, [start_line, last_line]
    details.attrs = {"class": "spoiler-block"}
    state.push("summary_open", "summary", 1)
    heading = state.push("inline", "", 0)
    heading.content, heading.children, heading.map = title, [], [start_line, start_line + 1]
    state.push("summary_close", "summary", -1).block = True
    parent, line_max = state.parentType, state.lineMax
    # A lazy continuation must not reach past our end marker.
    state.parentType, state.lineMax = "container", last_line
    state.md.block.tokenize(state, start_line + 1, last_line)
    state.parentType, state.lineMax = parent, line_max
    state.push("details_close", "details", -1).block = True
    state.line = last_line + closed
    return True


def _find_end(state: StateBlock, start_line: int, end_line: int) -> tuple[int, bool]:
    depth = 1
    for line in range(start_line + 1, end_line):
        text = _line(state, line)
        if text and state.sCount[line] < state.blkIndent:
            return line, False
        if not text.startswith(":::"):
            continue
        if _CLOSING.fullmatch(text):
            depth -= 1
        elif _OPENING.fullmatch(text):
            depth += 1
        if depth == 0:
            return line, True
    return end_line, False


def spoilers_plugin(md: MarkdownIt) -> None:
    """Install both kinds."""
    md.inline.add_terminator_char("|")
    md.inline.ruler.before("emphasis", "spoiler", mark_spoilers)
    md.inline.ruler2.after("balance_pairs", "spoiler", pair_spoilers)
    md.block.ruler.before("fence", "spoiler", guarded(spoiler_block), {"alt": QUOTE_INTERRUPTS})
