"""The little Markdown of commentary as clean HTML, for pages, mail and PDF: paragraphs, bold, lists, links."""

import nh3
from markdown_it import MarkdownIt

_TAGS = {"p", "strong", "em", "ul", "ol", "li", "a", "br"}
_SCHEMES = {"https", "http", "mailto"}
_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "code", "fence", "html_block"])


def to_html(text: str) -> str:
    """Return the text as HTML in which nothing but these tags can be; links tell nobody where they were followed."""
    html = _PARSER.render(text)
    return nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel="noopener noreferrer nofollow"
    ).strip()
