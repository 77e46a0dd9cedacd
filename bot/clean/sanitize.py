"""The last step: an allow-list by nh3; what is not on it does not exist."""

from __future__ import annotations

import nh3

TAGS = {
    "p", "h2", "h3", "h4", "blockquote", "ul", "ol", "li", "table", "caption", "thead", "tbody",
    "tfoot", "tr", "th", "td", "figure", "figcaption", "img", "video", "a", "strong", "em", "b",
    "i", "sub", "sup", "ruby", "rb", "rt", "rp", "br",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "video": {"src", "controls"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}


def sanitize(html: str) -> str:
    """Return ``html`` with nothing but allowed tags, attributes and http(s) addresses."""
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "template", "noscript"},
        attributes=ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="nofollow noopener",
    )
