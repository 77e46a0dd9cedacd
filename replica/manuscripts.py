"""Manuscripts: the articles as text files, front matter in YAML and a body in light markup.

The body's blocks are divided by blank lines::

    plain text         a paragraph              ## text    a subheading
    ![]                a picture of its own     ^ text     the caption of the picture above
    - text / 1. text   a list, an item a line   > text     a quotation
    | a | b |          a table, a row a line    @ text     the credit line at the end
    +++                the next page of a paged article
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib import resources

from ruamel.yaml import YAML

from replica.clock import SHANGHAI
from replica.model import Block, BlockKind, Layout, Manuscript
from replica.sections import SECTIONS

FrontMatter = Mapping[str, object]
_ORDERED = re.compile(r"\d+\. ")


@cache
def load_manuscripts() -> tuple[Manuscript, ...]:
    """Return every manuscript that ships with the replica, oldest first.

    Raises ValueError that names the file when one cannot be read.
    """
    texts = {
        file.name.removesuffix(".md"): file.read_text(encoding="utf-8")
        for file in resources.files("replica").joinpath("articles").iterdir()
        if file.name.endswith(".md")
    }
    return read_manuscripts(texts)


def read_manuscripts(texts: Mapping[str, str]) -> tuple[Manuscript, ...]:
    """Return the manuscripts of ``texts`` (slug: text), oldest first; reprints find originals."""
    parts = {slug: _split(slug, text) for slug, text in texts.items()}
    done: dict[str, Manuscript] = {}
    for slug, (front, body) in parts.items():
        if "reprint_of" not in front:
            done[slug] = _original(slug, front, body)
    for slug, (front, body) in parts.items():
        if "reprint_of" in front:
            done[slug] = _reprint(slug, front, body, done)
    return tuple(sorted(done.values(), key=lambda m: (m.dated, m.slug)))


def _split(slug: str, text: str) -> tuple[FrontMatter, str]:
    match = re.match(r"---\n(.*?)\n---\n(.*)\Z", text, re.DOTALL)
    if match is None:
        raise ValueError(f"{slug}.md: no front matter between two lines of ---")
    front = YAML(typ="safe").load(match[1])
    return front, match[2]


def _original(slug: str, front: FrontMatter, body: str) -> Manuscript:
    section = SECTIONS[str(front["section"])]
    counties = _words(front.get("counties"))
    if section.county is not None:
        counties = tuple(dict.fromkeys((section.county, *counties)))
    editors = front.get("editors") or {}
    return Manuscript(
        slug=slug,
        section=section.id,
        dated=_instant(front["date"]),
        title=str(front["title"]),
        source=str(front.get("source", "本站原创")),
        authors=_words(front.get("authors")),
        byline=str(front.get("byline", "")),
        editors=_pairs(editors),
        are_editors_inside=bool(front.get("editors_inside", False)),
        counties=counties,
        story=str(front.get("story", slug)),
        layout=Layout(str(front.get("layout", "p"))),
        pages=_pages(slug, body),
        correction=_pairs(front.get("correction") or {}),
        is_gone=bool(front.get("gone", False)),
    )


def _reprint(
    slug: str, front: FrontMatter, body: str, done: Mapping[str, Manuscript]
) -> Manuscript:
    origin = done[str(front["reprint_of"])]
    merged = {
        "title": origin.title,
        "source": origin.source,
        # Reprints drop the line under the title; who is named in the text stays named.
        "authors": [] if origin.byline else list(origin.authors),
        "counties": list(origin.counties),
        "layout": origin.layout.value,
        "story": origin.story,
    } | dict(front)
    head = _original(slug, merged, body)
    changes = dict(_pairs(front.get("changes") or {}))
    dropped = front.get("drop") or []
    if not isinstance(dropped, list):
        raise TypeError(f"{slug}.md: drop is a list of numbers of blocks")
    kept = [b for n, b in enumerate(origin.blocks) if n not in dropped]
    texts = "\n".join(b.text for b in kept)
    for find in changes:
        if find not in texts:
            raise ValueError(f"{slug}.md: changes: {find!r} is not in {origin.slug}")
    blocks = tuple(revise(block, changes) for block in kept)
    return replace(head, pages=((*blocks, *head.blocks),))


def revise(block: Block, changes: Mapping[str, str]) -> Block:
    """Return ``block`` with each find of ``changes`` replaced in its text."""
    text = block.text
    for find, put in changes.items():
        text = text.replace(find, put)
    return replace(block, text=text)


def _instant(value: object) -> datetime:
    return datetime.fromisoformat(str(value)).replace(tzinfo=SHANGHAI)


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise TypeError(f"a mapping was expected, not {value!r}")
    return tuple((str(key), str(text)) for key, text in value.items())


def _pages(slug: str, body: str) -> tuple[tuple[Block, ...], ...]:
    pages: list[list[Block]] = [[]]
    picture_count = 0
    for chunk in _chunks(body):
        if chunk == "+++":
            pages.append([])
        elif chunk == "![]":
            picture_count += 1
            name = f"{slug}-{picture_count}"
            pages[-1].append(Block(kind=BlockKind.IMAGE, picture=name))
        else:
            pages[-1].append(_text_block(chunk))
    return tuple(tuple(page) for page in pages)


def _chunks(body: str) -> Iterator[str]:
    for chunk in re.split(r"\n\s*\n", body.strip()):
        if chunk.strip():
            yield chunk.strip()


_MARKS = {
    "## ": BlockKind.SUBHEADING,
    "^ ": BlockKind.CAPTION,
    "> ": BlockKind.QUOTE,
    "@ ": BlockKind.CREDIT,
}


def _text_block(chunk: str) -> Block:
    lines = chunk.splitlines()
    for mark, kind in _MARKS.items():
        if chunk.startswith(mark):
            return Block(kind=kind, text="".join(lines).removeprefix(mark))
    if chunk.startswith("- "):
        return Block(kind=BlockKind.LIST, text="\n".join(line[2:] for line in lines))
    if _ORDERED.match(chunk):
        text = "\n".join(_ORDERED.sub("", line, count=1) for line in lines)
        return Block(kind=BlockKind.LIST, text=text, is_ordered=True)
    if chunk.startswith("|"):
        rows = ("\t".join(cell.strip() for cell in line.strip("|").split("|")) for line in lines)
        return Block(kind=BlockKind.TABLE, text="\n".join(rows))
    return Block(kind=BlockKind.PARAGRAPH, text="".join(lines))
