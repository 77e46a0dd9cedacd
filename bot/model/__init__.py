"""The values in flight, in the order of the pipeline: one frozen value and one file per stage.

``Source`` → ``FetchedPage`` → ``ArticleLink`` → ``ExtractedArticle`` → ``CleanArticle`` →
``Assignment`` → ``Decision``.  A later value contains the former one instead of copying its
fields.  Every datetime is aware; numbers carry their unit in their names.
"""

from bot.model.clean import PROSE, Block, BlockKind, Caveat, CleanArticle, Ending
from bot.model.dedupe import Candidate, Decision, Fingerprints, KnownArticle, Verdict
from bot.model.discover import ArticleLink, Precision, Published
from bot.model.extract import ExtractedArticle, Finding, Offer, Place, Removal, Sighting
from bot.model.fetch import FetchedPage, HttpExchange, NotModified, Validators
from bot.model.intent import (
    ArticleRules,
    District,
    ListingRules,
    Pictures,
    Republish,
    Source,
    SourceKind,
)
from bot.model.locate import Assignment

__all__ = [
    "PROSE",
    "ArticleLink",
    "ArticleRules",
    "Assignment",
    "Block",
    "BlockKind",
    "Candidate",
    "Caveat",
    "CleanArticle",
    "Decision",
    "District",
    "Ending",
    "ExtractedArticle",
    "FetchedPage",
    "Finding",
    "Fingerprints",
    "HttpExchange",
    "KnownArticle",
    "ListingRules",
    "NotModified",
    "Offer",
    "Pictures",
    "Place",
    "Precision",
    "Published",
    "Removal",
    "Republish",
    "Sighting",
    "Source",
    "SourceKind",
    "Validators",
    "Verdict",
]
