"""Footnotes: the parsing of mdit-py-plugins with bounds in front, and our own markup.

Without the bounds `[^` repeated scans to the end of the text each time, and one note referred to 5,000 times
becomes 37 times its source.
"""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_def, footnote_ref

from community_platform.core.markdown.document import document_of
from community_platform.core.markdown.nesting import guarded

_LABEL = re.compile(r"\[\^([^\s\[\]^]{1,32})\]")


def bounded_definition(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Decline a label that is not short, then parse as the plugin does."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    return bool(_LABEL.match(state.src, start)) and footnote_def(state, start_line, end_line, silent)


def bounded_reference(state: StateInline, silent: bool) -> bool:
    """Decline an unknown label and the 101st reference, then parse as the plugin does."""
    match = _LABEL.match(state.src, state.pos, state.posMax)
    if not match or f":{match[1]}" not in state.env.get("footnotes", {}).get("refs", {}):
        return False
    return (silent or document_of(state.env).afford("footnotes")) and footnote_ref(state, silent)


def _ids(token: Token, env: EnvType) -> tuple[str, str]:
    """Return the ids of the note and of the place that refers to it."""
    number, repeat = token.meta["id"] + 1, token.meta.get("subId", 0)
    note = f"{document_of(env).key}-{number}"
    return f"fn-{note}", f"fnref-{note}" + (f"-{repeat + 1}" if repeat else "")


def render_reference(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Write the number that leads to the note."""
    note, place = _ids(tokens[idx], env)
    return f'<sup class="footnote-ref"><a href="#{note}" id="{place}">{tokens[idx].meta["id"] + 1}</a></sup>'


def render_notes_open(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Open the list of notes at the end."""
    return '<ol class="footnotes">\n'


def render_notes_close(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Close the list of notes."""
    return "</ol>\n"


def render_note_open(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Open one note."""
    return f'<li id="{_ids(tokens[idx], env)[0]}">'


def render_note_close(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Close one note."""
    return "</li>\n"


def render_way_back(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Write the arrow back to the place that refers to the note."""
    place = _ids(tokens[idx], env)[1]
    # U+FE0E asks for the arrow as text, not as an emoji.
    label = escapeHtml(document_of(env).words["back"])
    return f' <a class="footnote-back" href="#{place}" aria-label="{label}">\u21a9\ufe0e</a>'


def footnotes_plugin(md: MarkdownIt) -> None:
    """Install the plugin, then put our rules in the place of its own."""
    footnote_plugin(md, inline=False)
    md.block.ruler.at("footnote_def", guarded(bounded_definition), {"alt": ["paragraph", "reference"]})
    md.inline.ruler.at("footnote_ref", bounded_reference)
    md.add_render_rule("footnote_ref", render_reference)
    md.add_render_rule("footnote_block_open", render_notes_open)
    md.add_render_rule("footnote_block_close", render_notes_close)
    md.add_render_rule("footnote_open", render_note_open)
    md.add_render_rule("footnote_close", render_note_close)
    md.add_render_rule("footnote_anchor", render_way_back)
