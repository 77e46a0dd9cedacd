"""From what a page says to what is safe to show: hidden text, marks and furniture go, in turn."""

from __future__ import annotations

import re
import unicodedata

from bot.clean.boilerplate import TAIL_HEADING, TRAILING_MARK, rule_for
from bot.clean.caveats import caveats_of
from bot.clean.drafts import Draft, Run, plain, read_drafts
from bot.clean.endings import ending_of
from bot.clean.kinds import settle_kinds
from bot.clean.line_rules import Place
from bot.clean.render import render
from bot.clean.watermark import cut_end, cut_marks, find_marks
from bot.html.css import stylesheet
from bot.html.hacked import advertises, is_advertisement
from bot.model import ArticleRules, BlockKind, CleanArticle, ExtractedArticle, Removal
from bot.patterns import pattern

_LETTERS = re.compile(r"[\W_]+")
#: characters that a mark behind the last sentence takes at most
_LONGEST_MARK = 120
_CUT_SHORT = ("…", "...")
#: An office signs its notice with the name that its site bears.
_CJK = re.compile("[\u4e00-\u9fff]")
_HEAD_LINES = 6
#: characters that may stand about the headline where it is repeated
_ORNAMENTS = 20
#: A shorter name may be the beginning of a word.
_SHORTEST_SIGNER = 5
_LONGEST_BIO = 500
#: Characters of a line that is a sentence and no headline.
_SENTENCE = 60
#: Who answers for a Chinese article signs it as the last; some sites set other stories behind.
_LAST = re.compile(r"^[\[【（(\s]*(?:责任编辑|责\s*编)")
_NEARLY_ALL = 0.7
#: What follows an author's name in a line on the author, in the languages that set such lines.
_BIO = re.compile(
    r",? (?:is (?:a|an|the|our|based|on|also|currently|associate|senior|chief|deputy|co)|was (?:a|an|the)|covers|writes|reports|joined|has (?:been|covered|reported|written)"
    r"|ist (?:seit|redakteur|korrespondent|journalist|freie|autor|politik|wirtschafts)|schreibt|arbeitet|est (?:journaliste|rédact|correspond)|es (?:periodista|redact|correspons)"
    r"|è (?:giornalista|redattor)|é (?:jornalista|repórter|editor))"
)
_SAID = re.compile(r"[\"“”„«»]|\b(?:said|told|sagte)\b")
_TAIL_LINES = 8


def clean(
    extracted: ExtractedArticle, rules: ArticleRules, learned_marks: tuple[str, ...] = ()
) -> CleanArticle:
    """Return the article with aware times, safe HTML and plain blocks, and what was taken out.

    ``learned_marks`` are the patterns of ``endings``: watermarks that the site was found to set.
    Never raises for what a page holds, but SlowPatternError for a rule that takes too long on it;
    an article of nothing but furniture comes out with no
    blocks.
    """
    page = extracted.page
    drafts, removed = read_drafts(
        extracted.body_html, stylesheet(extracted.styles), page.effective_url
    )
    texts = [draft.text for draft in drafts if draft.runs]
    marks = find_marks(texts, extracted.site_names, rules.watermark, learned_marks)
    removed += cut_marks(drafts, marks)
    _replace(drafts, rules)
    drafts = [draft for draft in drafts if draft.text or draft.url]
    drafts = _without_advertisements(drafts, removed)
    drafts = _without_furniture(drafts, extracted, removed)
    settle_kinds(drafts)
    blocks, html = render(drafts)
    return CleanArticle(
        extracted=extracted,
        title=plain(extracted.title).strip(),
        published=extracted.published,
        source_name=plain(extracted.source_name).strip() if extracted.source_name else None,
        authors=tuple(plain(name).strip() for name in extracted.authors),
        editors=tuple(
            (plain(role).strip(), plain(name).strip()) for role, name in extracted.editors
        ),
        breadcrumb=tuple(plain(step).strip() for step in extracted.breadcrumb),
        blocks=blocks,
        removed=(*extracted.removed, *removed),
        html=html,
        caveats=caveats_of(extracted, texts),
        ending=ending_of(texts),
    )


def _without_advertisements(drafts: list[Draft], removed: list[Removal]) -> list[Draft]:
    """Drop the lines that somebody put into the article who broke into the site."""
    if not advertises("\n".join([draft.text for draft in drafts if draft.runs])):
        return drafts
    kept = []
    for draft in drafts:
        if draft.runs and is_advertisement(draft.text, draft.linked):
            removed.append(Removal(rule="injected", text=draft.text[:2000]))
        else:
            kept.append(draft)
    return kept


def _without_furniture(
    drafts: list[Draft], extracted: ExtractedArticle, removed: list[Removal]
) -> list[Draft]:
    drafts = _without_tail(drafts, removed)
    texts = [draft.text for draft in drafts if draft.runs]
    linked = [draft.linked for draft in drafts if draft.runs]
    count = len(texts)
    title = _fold(extracted.title)
    all_chars = sum(map(len, texts)) or 1
    linked_lines = sum(
        [len(text) for text, chars in zip(texts, linked, strict=True) if chars >= len(text) - 1]
    )
    signers = tuple(
        name
        for name in extracted.authors
        if len(name) >= _SHORTEST_SIGNER and not _CJK.search(name)
    )
    sites = {_fold(name) for name in extracted.site_names if not _CJK.search(name)}
    kept: list[Draft] = []
    at, read = -1, 0
    for draft in drafts:
        if not draft.runs:
            kept.append(draft)
            continue
        at += 1
        text = texts[at]
        place = (
            Place.TAIL
            if at >= count - _TAIL_LINES
            else Place.HEAD
            if at < _HEAD_LINES
            else Place.ANY
        )
        rule = rule_for(text, place)
        if rule is None and at < _HEAD_LINES and place is not Place.HEAD:
            rule = rule_for(text, Place.HEAD)
        if (
            rule is None
            and at < _HEAD_LINES
            and title
            and len(text) <= 2 * len(extracted.title) + _ORNAMENTS
            and _fold(text) == title
        ):
            rule = "title-repeated"
        if (
            rule is None
            and place is not Place.ANY
            and signers
            and _is_of_author(text, signers, at, count)
        ):
            rule = "author-box"
        if rule is None and sites and place is Place.TAIL and at > 0 and _fold(text) in sites:
            rule = "site-name"
        if rule is None and at == 0 and text.endswith(_CUT_SHORT) and _recurs(texts):
            rule = "abstract-repeated"
        if (
            rule is None
            and draft.linked >= len(text) - 1
            and len(text) <= 160
            and linked_lines < 0.4 * all_chars
            and draft.tag not in ("h2", "h3")
        ):
            rule = "link-line"
        if rule is None and not any(char.isalnum() for char in text):
            rule = "ornament"
        if rule is not None:
            removed.append(Removal(rule=rule, text=text))
            if rule == "editor-line" and read > _NEARLY_ALL * all_chars and _LAST.match(text):
                rest = [other for other in texts[at + 1 :] if other]
                if rest:
                    removed.append(Removal(rule="behind-the-editor", text="\n".join(rest)[:2000]))
                break
            continue
        read += len(text)
        kept.append(draft)
    for draft in [draft for draft in kept if draft.runs][-3:]:
        match = TRAILING_MARK.search(draft.text, max(0, len(draft.text) - _LONGEST_MARK))
        if match and match.start() > 0:
            removed.append(Removal(rule="trailing-mark", text=match[0].strip()))
            cut_end(draft, len(draft.text) - match.start())
    return kept


def _recurs(texts: list[str]) -> bool:
    """Tell whether the first of several lines stands in the others once more."""
    return len(texts) > 2 and _fold(texts[0]) in _fold("".join(texts[1:]))


def _without_tail(drafts: list[Draft], removed: list[Removal]) -> list[Draft]:
    """Cut from the heading of what follows an article, unless most of the text stands behind it."""
    texts = [draft.text for draft in drafts]
    total = sum(map(len, texts)) or 1
    before = 0
    for at, text in enumerate(texts):
        if len(text) <= 40 and before > 0 and TAIL_HEADING.match(text):
            rest = drafts[at + 1 :]
            length = sum(map(len, texts[at + 1 :]))
            linked = sum(other.linked for other in rest)
            # Other newsrooms than Chinese ones set such boxes in the middle of a text too.
            is_end = _CJK.search(text) or linked > 0.25 * length or not _reads_on(rest)
            if (length <= 0.3 * total and is_end) or linked > 0.5 * length:
                removed.append(
                    Removal(
                        rule="tail",
                        text="\n".join([other for other in texts[at:] if other])[:2000],
                    )
                )
                return drafts[:at]
        before += len(text)
    return drafts


def _is_of_author(text: str, signers: tuple[str, ...], at: int, count: int) -> bool:
    """Tell whether a line at one of the ends is an author's name, or says who the author is."""
    line = text.casefold()
    for name in signers:
        signer = name.casefold()
        if line == signer:
            return True
        if (at < 3 or at >= count - 3) and line.startswith(signer) and len(text) <= _LONGEST_BIO:
            rest = line[len(signer) :]
            if _BIO.match(rest) and not _SAID.search(rest):
                return True
    return False


def _reads_on(drafts: list[Draft]) -> bool:
    """Tell whether a sentence without a link is among the drafts."""
    return any(
        draft.linked == 0 and len(draft.text) >= _SENTENCE and draft.text.rstrip()[-1:] in '.!?…”"»'
        for draft in drafts
    )


def _replace(drafts: list[Draft], rules: ArticleRules) -> None:
    for wanted, replacement in rules.replace:
        for draft in drafts:
            if draft.runs:
                changed = pattern(wanted).sub(replacement, draft.text)
                if changed != draft.text:
                    draft.runs = [Run(changed)] if changed.strip() else []


def _fold(text: str) -> str:
    return _LETTERS.sub("", unicodedata.normalize("NFKC", text)).lower()


__all__ = ["BlockKind", "clean"]
