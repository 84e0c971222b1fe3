"""Blocks in blocks stop nesting before the parser's own limit, which would silently drop their content."""

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block

from community_platform.core.markdown.document import MAX_NESTING

BlockRule = Callable[[StateBlock, int, int, bool], bool]

# The rules that a quote and a list may interrupt, as the parser itself has them.
QUOTE_INTERRUPTS = ["paragraph", "reference", "blockquote", "list"]
LIST_INTERRUPTS = ["paragraph", "reference", "blockquote"]


def guarded(rule: BlockRule) -> BlockRule:
    """Wrap a container rule: too deep, it declines, and its marker stays in the text."""

    def rule_unless_too_deep(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        # A list adds two levels: the list and its item.
        return state.level < MAX_NESTING - 2 and rule(state, start_line, end_line, silent)

    return rule_unless_too_deep


def nesting_plugin(md: MarkdownIt) -> None:
    """Guard the parser's own containers."""
    md.block.ruler.at("blockquote", guarded(blockquote), {"alt": QUOTE_INTERRUPTS})
    md.block.ruler.at("list", guarded(list_block), {"alt": LIST_INTERRUPTS})
