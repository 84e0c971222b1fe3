"""Our parser: CommonMark and GitHub's tables and strikethrough, plus the plugins of this package."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from community_platform.core.markdown.autolinks import autolinks_plugin
from community_platform.core.markdown.code import code_plugin
from community_platform.core.markdown.document import MAX_NESTING
from community_platform.core.markdown.footnotes import footnotes_plugin
from community_platform.core.markdown.formulas import formulas_plugin
from community_platform.core.markdown.links import is_safe_link, links_plugin
from community_platform.core.markdown.nesting import nesting_plugin
from community_platform.core.markdown.spoilers import spoilers_plugin
from community_platform.core.markdown.tables import tables_plugin
from community_platform.core.markdown.tasks import tasks_plugin
from community_platform.core.markdown.words import words_plugin

# The page owns h1 and the post's place in it h2.
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5"}


class Parser(MarkdownIt):
    """markdown-it with our rule for addresses."""

    def validateLink(self, url: str) -> bool:  # noqa: N802  the library's name
        """Refuse an address that a text may not point to."""
        return is_safe_link(url)


def shift_headings(state: StateCore) -> None:
    """Core rule: the author's highest heading is an h3."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = _HEADINGS.get(token.tag, "h6")


def bare_parser(*, breaks: bool) -> MarkdownIt:
    """Return the dialect without our plugins: what the CommonMark suite is run against."""
    options = {"html": False, "breaks": breaks, "maxNesting": MAX_NESTING}
    return Parser("commonmark", options).enable(["table", "strikethrough"])


@cache
def parser() -> MarkdownIt:
    """Return the one parser; it keeps nothing between calls, so threads share it."""
    md = bare_parser(breaks=True)
    md.core.ruler.after("block", "shift_headings", shift_headings)
    # What makes links comes before links_plugin; boxes are put around finished text, so tasks come last.
    for plugin in (
        nesting_plugin,
        autolinks_plugin,
        spoilers_plugin,
        formulas_plugin,
        footnotes_plugin,
        words_plugin,
        code_plugin,
        tables_plugin,
        links_plugin,
        tasks_plugin,
    ):
        md.use(plugin)
    return md
