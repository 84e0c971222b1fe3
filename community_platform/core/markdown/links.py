"""Which addresses a text may point to, and how links and pictures are written."""

import re
from collections.abc import Callable, Sequence
from typing import cast
from urllib.parse import unquote, urlsplit

from django.conf import settings
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from community_platform.core.markdown.document import document_of

# Links that leave the site: no vote in search engines, no handle on our window.
LEAVING = "nofollow ugc noopener"
LINK_MARKUP = 45  # characters of tags and rel around an address
# Pictures that people put into texts: each is asked for by its address, which decides who may see it.
_PICTURE = re.compile(
    r"/forum/picture/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/|/course-files/[0-9a-f]{32}/[\w.-]{1,150}", re.ASCII
)
InlineRule = Callable[[StateInline, bool], bool]
_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")


def is_safe_link(url: str) -> bool:
    """Tell whether `url` is http(s), mailto or an address on this site; never one with a user name in it."""
    if _CONTROL.search(url):
        return False
    try:
        parts = urlsplit(url)
        has_login = parts.username is not None or parts.password is not None
    except ValueError:
        return False
    if parts.scheme in {"http", "https"}:
        return bool(parts.hostname) and not has_login
    if parts.scheme:
        return parts.scheme == "mailto" and "@" in parts.path
    # A colon in the first segment is no address of ours but an attempt at a scheme, such as `java%0Ascript:`.
    return not has_login and ":" not in parts.path.partition("/")[0]


def leaves_site(url: str) -> bool:
    """Tell whether a safe link points to another host."""
    host = urlsplit(url).netloc
    return bool(host) and host.lower() != settings.SITE_HOST.lower()


def is_own_upload(url: str) -> bool:
    """Tell whether `url` is a picture of ours, or a file under MEDIA_URL that cannot climb out of it."""
    if not is_safe_link(url) or leaves_site(url):
        return False
    path = urlsplit(url).path
    if _PICTURE.fullmatch(path):
        return True
    return path.startswith(settings.MEDIA_URL) and ".." not in unquote(unquote(path))


def is_shown_image(url: str) -> bool:
    """Tell whether `url` may stand in an <img>.

    Our own uploads always; pictures of other hosts over https, if the Content-Security-Policy lets a browser
    load them. Otherwise they become a link, because a blocked picture is only a hole in the page.
    """
    if is_own_upload(url):
        return True
    policy = cast("dict[str, dict[str, list[str]]]", settings.CONTENT_SECURITY_POLICY)
    allows_remote = "https:" in policy["DIRECTIVES"]["img-src"]
    return allows_remote and url.startswith("https://") and is_safe_link(url)


def closable(rule: InlineRule) -> InlineRule:
    """Wrap the rule of links or pictures: after the last `]` it declines instead of searching for one."""

    def rule_before_last_bracket(state: StateInline, silent: bool) -> bool:
        return state.pos < state.html_terminator_last("]") and rule(state, silent)

    return rule_before_last_bracket


def finish_links(state: StateCore) -> None:
    """Mark links that leave the site, decide what a picture becomes, and stop reference bombs."""
    document = document_of(state.env)
    for block in state.tokens:
        if not block.children:
            continue
        kept: list[Token] = []
        inside, dropped = 0, False
        for token in block.children:
            if token.type == "link_open":
                href, title = str(token.attrGet("href") or ""), str(token.attrGet("title") or "")
                if not document.afford("links", len(href) + len(title) + LINK_MARKUP):
                    dropped = True
                    continue
                inside += 1
                if leaves_site(href):
                    token.attrSet("rel", LEAVING)
            elif token.type == "link_close":
                if dropped:
                    dropped = False
                    continue
                inside -= 1
            elif token.type == "image":
                _finish_image(
                    token, affordable=document.afford("links", _image_size(token)), in_link=inside > 0
                )
            kept.append(token)
        block.children = kept


def _image_size(token: Token) -> int:
    return len(str(token.attrGet("src") or "")) + len(str(token.attrGet("title") or "")) + LINK_MARKUP


def _finish_image(token: Token, *, affordable: bool, in_link: bool) -> None:
    src = str(token.attrGet("src") or "")
    if affordable and is_shown_image(src):
        token.attrSet("loading", "lazy")
    elif affordable and not in_link and src.startswith("https://"):
        token.type = "image_link"
    else:
        token.type = "image_text"


def render_image_link(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Write a picture of another host as a link to it."""
    src = str(tokens[idx].attrGet("src"))
    label = self.renderInlineAsText(tokens[idx].children or [], options, env) or src
    rel = f' rel="{LEAVING}"' if leaves_site(src) else ""
    return f'<a href="{escapeHtml(src)}"{rel}>{escapeHtml(label)}</a>'


def render_image_text(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Write only the description of a picture that may not be shown."""
    return escapeHtml(self.renderInlineAsText(tokens[idx].children or [], options, env))


def links_plugin(md: MarkdownIt) -> None:
    """Install the rules of this module; they run after every rule that makes links."""
    md.inline.ruler.at("link", closable(link))
    md.inline.ruler.at("image", closable(image))
    md.core.ruler.push("finish_links", finish_links)
    md.add_render_rule("image_link", render_image_link)
    md.add_render_rule("image_text", render_image_text)
