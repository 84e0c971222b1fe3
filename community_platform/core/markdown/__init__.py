"""Markdown: the only way from what people write to HTML that a page may show unescaped."""

from community_platform.core.markdown.audit import audit
from community_platform.core.markdown.document import MAX_CHARS
from community_platform.core.markdown.pipeline import RENDERER_VERSION, Rendered, ResolveMentions, render
from community_platform.core.markdown.plaintext import excerpt
from community_platform.core.markdown.short import render_short

__all__ = ["MAX_CHARS", "RENDERER_VERSION", "Rendered", "ResolveMentions", "audit", "excerpt", "render", "render_short"]
