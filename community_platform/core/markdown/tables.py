"""Tables that scroll sideways on a phone, with alignment by class because style attributes are forbidden."""

import sys
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from community_platform.core.markdown.document import MAX_AUTOCOMPLETED_CELLS, document_of

_CLASS_OF_STYLE = {
    "text-align:left": "to-start",
    "text-align:center": "to-center",
    "text-align:right": "to-end",
}
_LABEL_CHARS = 80


def finish_tables(state: StateCore) -> None:
    """Move alignment into classes and give every table a name made of its column heads."""
    document = document_of(state.env)
    table: Token | None = None
    wrapped: list[bool] = []
    for index, token in enumerate(state.tokens):
        if token.type == "table_open":
            table = token
            wrapped.append(document.afford("tables"))
            token.meta["wrapped"] = wrapped[-1]
            token.meta["heads"] = []
        elif token.type == "table_close":
            token.meta["wrapped"] = wrapped.pop()
        elif token.type in {"th_open", "td_open"}:
            if style := token.attrs.pop("style", None):
                token.attrSet("class", _CLASS_OF_STYLE[str(style)])
            if token.type == "th_open" and table:
                table.meta["heads"].append(state.tokens[index + 1].content)


def render_table_open(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Open the table, inside a focusable region that scrolls."""
    if not tokens[idx].meta["wrapped"]:
        return "<table>\n"
    heads = ", ".join(head for head in tokens[idx].meta["heads"] if head)[:_LABEL_CHARS]
    label = escapeHtml(f"{document_of(env).words['table']}: {heads}")
    return f'<div class="table-scroll" tabindex="0" role="region" aria-label="{label}"><table>\n'


def render_table_close(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Close what `render_table_open` opened."""
    return "</table></div>\n" if tokens[idx].meta["wrapped"] else "</table>\n"


def tables_plugin(md: MarkdownIt) -> None:
    """Install the rules and lower the parser's limit, which it reads from its module at every row."""
    # The package hides the module behind its function of the same name, so it is taken from sys.modules.
    setattr(sys.modules["markdown_it.rules_block.table"], "MAX_AUTOCOMPLETED_CELLS", MAX_AUTOCOMPLETED_CELLS)  # noqa: B010
    md.core.ruler.after("block", "finish_tables", finish_tables)
    md.add_render_rule("table_open", render_table_open)
    md.add_render_rule("table_close", render_table_close)
