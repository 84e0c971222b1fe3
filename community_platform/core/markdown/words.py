"""Single words with a meaning, found in the finished text: @mentions, #tags, :emoji: and www addresses.

They are searched after parsing, in text only, so code, formulas and the inside of links never match.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import emoji
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from community_platform.core.markdown.autolinks import link_tokens, www_length
from community_platform.core.markdown.document import Document, document_of

# Every repetition is bounded or cannot be re-entered, so the search is linear.
_WORD = re.compile(
    r"(?<![\w@/.+:-])@(?P<name>\w[\w.+-]{0,149})"
    r"|(?<![\w#&/.])#(?P<tag>[^\W\d_][\w+#-]{1,23})(?!\w)"
    r"|(?<!\w):(?P<emoji>[a-z0-9_+-]{2,60}):(?!\w)"
    r"|(?<![\w/.@-])(?P<www>www\.(?=\w))",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def emoji_for(name: str) -> str | None:
    """Return the character of a shortcode such as `heart`, or None."""
    code = f":{name}:"
    found = emoji.emojize(code, language="alias")
    return None if found == code else found


def find_words(state: StateCore) -> None:
    """Core rule: replace text by its pieces. Runs before escaped characters are joined to the text."""
    document = document_of(state.env)
    for block in state.tokens:
        if not block.children:
            continue
        children: list[Token] = []
        in_link = 0
        for token in block.children:
            in_link += token.nesting if token.type in {"link_open", "link_close"} else 0
            if token.type == "text" and not in_link:
                # After `\@` or `\:` the author wants the characters themselves.
                escaped = bool(children) and children[-1].type == "text_special"
                children.extend(_pieces(token, document, state.md, escaped))
            else:
                children.append(token)
        block.children = children


def _pieces(token: Token, document: Document, md: MarkdownIt, escaped: bool) -> Iterator[Token]:
    """Yield the tokens that take the place of a text token; itself if it holds no word of ours."""
    text, level = token.content, token.level
    done = position = 0
    while match := _WORD.search(text, position):
        start = match.start()
        if start == 0 and escaped:
            position = match.end()
            continue
        position, replacement = _replacement(match, document, md, level)
        if replacement:
            if start > done:
                yield _text(text[done:start], level)
            yield from replacement
            done = position
    if done == 0:
        yield token
    elif done < len(text):
        yield _text(text[done:], level)


def _replacement(
    match: re.Match[str], document: Document, md: MarkdownIt, level: int
) -> tuple[int, list[Token]]:
    """Return where the search goes on, and the tokens for the word; none if it is no word after all."""
    text, start = match.string, match.start()
    if match["name"] is not None:
        name = match["name"].rstrip(".+-")
        end = match.start("name") + len(name)
        if not document.afford("mentions"):
            return end, []
        document.mentioned.add(name.lower())
        return end, [Token("mention", "", 0, content=name, level=level)]
    if match["tag"] is not None:
        word = match["tag"].rstrip("-")
        end = match.start("tag") + len(word)
        if not document.afford("tags"):
            return end, []
        document.tagged.add(word.lower())
        return end, [Token("tag", "", 0, content=word, level=level)]
    if match["emoji"] is not None:
        character = emoji_for(match["emoji"])
        # Without a character, the closing colon may open the next shortcode.
        return (match.end(), [_text(character, level)]) if character else (match.end() - 1, [])
    length = www_length(text, start)
    end = start + length if length else match.end()
    href = md.normalizeLink("http://" + text[start:end])
    return end, link_tokens(href, text[start:end], level) if length and md.validateLink(href) else []


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)


def render_mention(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Link an @name that has a profile."""
    name = tokens[idx].content
    url = document_of(env).profiles.get(name.lower())
    if url is None:
        return f"@{escapeHtml(name)}"
    return f'<a class="mention" href="{escapeHtml(url)}">@{escapeHtml(name)}</a>'


def render_tag(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Link a #word that is a tag."""
    word = tokens[idx].content
    url = document_of(env).tags.get(word.lower())
    if url is None:
        return f"#{escapeHtml(word)}"
    return f'<a class="hashtag" href="{escapeHtml(url)}">#{escapeHtml(word)}</a>'


def words_plugin(md: MarkdownIt) -> None:
    """Install the rules of this module."""
    md.core.ruler.after("inline", "words", find_words)
    md.add_render_rule("mention", render_mention)
    md.add_render_rule("tag", render_tag)
