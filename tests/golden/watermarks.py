"""Every form of anti-copy text that is known, as something that can be put into a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way of hiding text that a copier takes along."""

    name: str
    #: the CMS or kind of site that does it
    origin: str
    #: markup with ``{text}`` for the hidden words and ``{name}`` for a random class name
    markup: str
    #: what joins the page's style sheet
    style: str = ""
    #: it can stand in the middle of a paragraph too
    is_inline: bool = True


FORMS = (
    Form(
        name="display-none",
        origin="EmpireCMS",
        markup='<span style="display:none">{text}</span>',
    ),
    Form(
        name="display-none-spaced",
        origin="EmpireCMS, edited templates",
        markup="<SPAN STYLE='color:#000; DISPLAY : none ;'>{text}</SPAN>",
    ),
    Form(
        name="class-of-style-block",
        origin="DedeCMS RndString",
        markup='<span class="{name}">{text}</span>',
        style=".{name}{{display:none;}}",
    ),
    Form(
        name="class-of-grouped-rule",
        origin="DedeCMS RndString",
        markup='<font class="{name}">{text}</font>',
        style=".x1,.{name} , .x2\n{{ font-size : 0 ; color:#fff }}",
    ),
    Form(
        name="block-class-of-style-block",
        origin="DedeCMS RndString",
        markup='<div class="{name}">{text}</div>',
        style="div.{name}{{display:none}}",
        is_inline=False,
    ),
    Form(
        name="jammer",
        origin="Discuz",
        markup='<font class="jammer">{text}</font>',
        style=".jammer{{font-size:10px;color:#FFF;}}",
    ),
    Form(
        name="jammer-with-breaks",
        origin="Discuz",
        markup='<font class="jammer">{text}</font><br /><span style="display:none">{text}</span>',
        is_inline=False,
    ),
    Form(name="font-size-zero", origin="various", markup='<i style="font-size:0px">{text}</i>'),
    Form(
        name="white-on-white",
        origin="various",
        markup='<span style="color:#ffffff;background-color:#fff">{text}</span>',
    ),
    Form(name="white", origin="various", markup='<font color="#FFFFFF">{text}</font>'),
    Form(
        name="off-screen",
        origin="various",
        markup='<span style="position:absolute;left:-9999px">{text}</span>',
    ),
    Form(
        name="off-screen-top",
        origin="various",
        markup='<span style="position: absolute; top: -1000em; left: 0">{text}</span>',
    ),
    Form(name="aria-hidden", origin="various", markup='<span aria-hidden="true">{text}</span>'),
    Form(name="hidden-attribute", origin="various", markup="<span hidden>{text}</span>"),
    Form(
        name="visibility-hidden", origin="various",
        markup='<span style="visibility:hidden">{text}</span>',
    ),
    Form(name="opacity-zero", origin="various", markup='<b style="opacity:0">{text}</b>'),
)  # fmt: skip

#: invisible characters that are put between letters
INVISIBLE = ("\u200b", "\u200c", "\u2060", "\ufeff", "\u00ad", "\u200b\u200c\u200b", "\u2063")
