"""A trial as people read it on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from bot.extract.site import FIELDS
from bot.sources.edit import block_of

if TYPE_CHECKING:
    from bot.model import Published
    from bot.trial import Trial, TriedArticle
    from bot.trial.propose import Proposal

#: blocks of an article that are shown before the rest is counted
SHOWN_BLOCKS = 4
SHOWN_CHARS = 72


def print_trial(trial: Trial) -> None:
    """Print the listing, the articles, what was removed, and what looks wrong."""
    source = trial.source
    typer.secho(f"{source.id}  {source.url}", bold=True)
    if page := trial.page:
        moved = "" if page.effective_url == page.requested_url else f", now {page.effective_url}"
        typer.echo(
            f"  page: {page.status}, {len(page.body)} bytes, {page.charset} "
            f"(by {page.charset_evidence}), {page.elapsed_s:.1f} s{moved}"
        )
    if trial.failure is not None:
        typer.secho(f"  {trial.failure[0]}: {trial.failure[1]}", fg="red")
        return
    if trial.listing is not None:
        typer.echo(f"  listing: {len(trial.listing.links)} links by {trial.listing.evidence}")
        for link in trial.listing.links:
            typer.echo(f"    + {_day(link.published):<10} {link.title}  {link.url}")
        for gone in trial.listing.dropped:
            typer.echo(f"    - {gone.link.title}  {gone.link.url}: {gone.reason}")
        typer.echo(f"  next page: {trial.listing.next_url or 'none'}")
    for tried in trial.articles:
        _print_article(tried)
    for note in trial.notes:
        _warn(f"  {note.kind}: {note.text}")
    if trial.is_failure:
        typer.secho("  none of the articles could be read", fg="red")
    elif not trial.warnings:
        typer.secho("  no warnings", fg="green")


def print_learned(learned: list[dict[str, Any]]) -> None:
    """Print what the pages of a source taught of their sites, one host after the other."""
    for site in learned:
        typer.echo(f"\n# learned of {site['host']} from {site['pages']} pages:")
        if site["reset"]:
            typer.echo(f"# begun anew: {site['reset']}")
        for mark in site["marks"]:
            typer.echo(f"watermark, seen to change between two fetches: {mark}")
        for ending in site["endings"]:
            typer.echo(f"most paragraphs of some pages end in: {ending}")
        for layout in site["layouts"]:
            typer.echo(
                f"layout {layout['number']:<17} {layout['pages']} pages, the last of them page "
                f"{layout['last_page']}; {layout['recurring_lines']} lines recur on the newest "
                f"{layout['remembered']}, fingerprint {layout['fingerprint']}"
            )
            for name in FIELDS:
                place = layout["places"].get(name, "pages do not agree yet, or show none")
                typer.echo(f"  {name:<22} {place}")


def print_proposal(proposal: Proposal) -> None:
    """Print an entry, why it is so, what it would yield, and what stands against it."""
    typer.echo(block_of(proposal.entry).rstrip() + "\n")
    for reason in proposal.reasons:
        typer.echo(f"  {reason}")
    trial = proposal.trial
    if trial.listing is not None:
        dated = sum(link.published is not None for link in trial.listing.links)
        typer.echo(
            f"  {len(trial.listing.links)} links, {dated} with a date, "
            f"by {trial.listing.evidence}; next page: {trial.listing.next_url or 'none'}"
        )
    for tried in trial.articles:
        article = tried.article
        if article is None:
            continue
        first = next((block.text for block in article.blocks if block.text), "")
        typer.secho(f"  {_day(article.published):<10} {article.title}", bold=True)
        typer.echo(f"    {_cut(first)}  ({len(article.text)} characters)")
    for problem in proposal.problems:
        _warn(f"  problem: {problem}")


def _print_article(tried: TriedArticle) -> None:
    typer.secho(f"  {tried.link.url}", bold=True)
    if tried.failure is not None:
        typer.secho(f"    {tried.failure[0]}: {tried.failure[1]}", fg="red")
    article = tried.article
    if article is None:
        return
    for found in article.extracted.findings:
        typer.echo(
            f"    {found.field:<10} {_cut(found.value) or '-'}   [{found.rule or 'nothing'}]"
        )
    if article.editors:
        typer.echo(f"    {'editors':<10} {' '.join(':'.join(pair) for pair in article.editors)}")
    if article.breadcrumb:
        typer.echo(f"    {'path':<10} {' > '.join(article.breadcrumb)}")
    typer.echo(f"    text: {len(article.text)} characters in {len(article.blocks)} blocks")
    for block in article.blocks[:SHOWN_BLOCKS]:
        typer.echo(f"      [{block.kind.value}] {_cut(block.text or block.url or '')}")
    if len(article.blocks) > SHOWN_BLOCKS:
        typer.echo(f"      … and {len(article.blocks) - SHOWN_BLOCKS} more")
    for gone in article.removed:
        typer.echo(f"    removed by {gone.rule}: {_cut(gone.text)}")
    for note in tried.notes:
        _warn(f"    {note.kind}: {note.text}")


def _warn(text: str) -> None:
    typer.secho(text, fg="yellow")


def _day(published: Published | None) -> str:
    return "" if published is None else f"{published.at:%Y-%m-%d}"


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN_CHARS else flat[: SHOWN_CHARS - 1] + "…"
