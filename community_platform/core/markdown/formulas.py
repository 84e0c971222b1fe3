r"""Formulas: `$x^2$` in a line, `$$…$$` on its own, written as MathML, which needs no script and no style."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import tostring

from latex2mathml.converter import Converter
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from community_platform.core.markdown.document import document_of
from community_platform.core.markdown.nesting import QUOTE_INTERRUPTS

MAX_FORMULA_CHARS: Final = 1_000
MAX_FORMULA_LINES: Final = 24
MAX_BRACES: Final = 30  # nested; each costs the converter three Python frames

# Prices stay prices: no space inside the dollars, no digit after the last ("$5 and $7").
_INLINE = re.compile(rf"\$(?![\s$])((?:\\.|[^\\$\n]){{1,{MAX_FORMULA_CHARS}}}+)(?<!\s)\$(?![\d$])")
_DISPLAY = re.compile(rf"\$\$((?:\\.|[^\\$\n]){{1,{MAX_FORMULA_CHARS}}}+)\$\$")
# Macros expand exponentially; \href and \class would carry attributes.
_REFUSED = re.compile(
    r"\\(?:re)?newcommand|\\(?:g|e|x)?def\b|\\let\b|\\href|\\class|\\style|\\unicode|\\hskip|\\hspace|\\kern"
)
# latex2mathml writes symbols as numeric references in text; as XML their ampersand is escaped once more.
_ESCAPED_REFERENCE = re.compile(r"&amp;(#x[0-9A-Fa-f]{1,6};)")


@lru_cache(maxsize=512)
def to_mathml(source: str, display: str) -> str | None:
    r"""Convert LaTeX to MathML; None if it cannot be read. `display` is "inline" or "block".

    The library's own serializer is not used: it unescapes everything, so `\text{<script>}` would be a script.
    """
    if _REFUSED.search(source) or _brace_depth(source) > MAX_BRACES:
        return None
    try:
        tree = Converter(display=display).convert_to_element(source)
        tree.attrib.pop("xmlns", None)
        xml = tostring(tree, encoding="unicode", short_empty_elements=False)
    # Beside its own exceptions the library leaks IndexError, RecursionError, StopIteration and others.
    except Exception:  # a bad formula must never lose a post
        return None
    if len(xml) > 40 * len(source) + 400:
        return None
    return _ESCAPED_REFERENCE.sub(r"&\1", xml)


def _brace_depth(source: str) -> int:
    depth = deepest = 0
    for character in source:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest


def inline_formula(state: StateInline, silent: bool) -> bool:
    """Inline rule for `$…$` and, inside a paragraph, `$$…$$`."""
    if state.src[state.pos] != "$":
        return False
    display = state.src.startswith("$$", state.pos)
    match = (_DISPLAY if display else _INLINE).match(state.src, state.pos, state.posMax)
    if not match or not match[1].strip():
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content, token.markup = match[1].strip(), "$$" if display else "$"
    state.pos = match.end()
    return True


def formula_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Block rule for `$$` … `$$` on lines of their own; a blank line or its container's end refuses it."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("$$", start) or state.is_code_block(start_line):
        return False
    first = state.src[start + 2 : state.eMarks[start_line]].strip()
    if first.endswith("$$") and len(first) > 2:
        lines, end = [first], start_line
    else:
        lines = [first]
        for line in range(start_line + 1, min(end_line, start_line + MAX_FORMULA_LINES)):
            text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
            if not text or state.sCount[line] < state.blkIndent:
                return False
            lines.append(text)
            if text.endswith("$$"):
                end = line
                break
        else:
            return False
    content = "\n".join(lines).strip().removesuffix("$$").strip()
    if not content or "$$" in content:
        return False
    if silent:
        return True
    token = state.push("formula", "math", 0)
    token.block, token.content, token.markup, token.map = True, content, "$$", [start_line, end + 1]
    state.line = end + 1
    return True


def render_formula(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Write MathML, or the source where the formula is wrong, too long, or one too many."""
    token, document = tokens[idx], document_of(env)
    display = "block" if token.markup == "$$" else "inline"
    source = escapeHtml(token.markup + token.content + token.markup)
    if not (document.afford("formula_chars", len(token.content)) and document.afford("formulas")):
        return f"<p>{source}</p>\n" if token.block else source
    mathml = to_mathml(token.content, display) if len(token.content) <= MAX_FORMULA_CHARS else None
    if mathml is None:
        source = f'<code class="formula-source">{source}</code>'
        return f"<p>{source}</p>\n" if token.block else source
    if token.block:
        return f'<div class="formula" tabindex="0">{mathml}</div>\n'
    return mathml


def formulas_plugin(md: MarkdownIt) -> None:
    """Install both rules."""
    md.inline.ruler.before("escape", "formula", inline_formula)
    md.block.ruler.before("fence", "formula", formula_block, {"alt": QUOTE_INTERRUPTS})
    md.add_render_rule("formula", render_formula)
