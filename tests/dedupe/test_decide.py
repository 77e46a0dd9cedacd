# ruff: noqa: E501 - Chinese characters count double
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.dedupe.decide import decide, reprints_since
from bot.dedupe.fingerprint import fingerprint
from bot.model import (
    Block,
    BlockKind,
    Candidate,
    CleanArticle,
    ExtractedArticle,
    FetchedPage,
    KnownArticle,
    Precision,
    Published,
    Validators,
    Verdict,
)

CHINA = timezone(timedelta(hours=8))
DAY = Published(at=datetime(2026, 3, 19, tzinfo=CHINA), precision=Precision.DAY)
NOON = datetime(2026, 3, 19, 4, tzinfo=UTC)

TEA = """近日，走进汉滨区谭坝镇前河社区的茶园里，一垄垄茶树绿意盎然，茶农们正忙着采摘今年的第一批春茶。
据了解，前河社区现有茶园面积1200亩，今年预计可产干茶6000公斤，产值达到180万元，带动周边86户群众就近务工。
“我每天能采两斤多鲜叶，一天下来有120元的收入，还能照顾家里的老人和孩子。”正在采茶的村民王大姐高兴地说。
谭坝镇党委负责人表示，下一步将继续做好茶园管护和技术培训，延伸产业链条，让小小的茶叶成为群众增收的大产业。"""

WEATHER = """紫阳县气象台3月19日16时发布天气预报：今天夜间到明天白天，全县多云转晴，偏南风2到3级，气温9℃到18℃。
明天夜间到后天白天，全县晴间多云，偏北风1到2级，气温8℃到21℃，请广大群众注意早晚温差，适时增减衣物。
森林火险气象等级为4级，林区用火容易引发火灾，请各镇做好巡护工作，严禁携带火种进山入林。
道路交通气象条件良好，请驾驶人员注意行车安全，遵守交通规则。"""

NOTICE = """紫阳县人力资源和社会保障局关于2026年春季招聘会的公告。为促进高校毕业生和农村劳动力就业，经研究，决定举办春风行动招聘会，现将有关事项公告如下。
招聘会由紫阳县人力资源和社会保障局主办，参会单位均为依法登记的企业，提供的岗位真实有效。
有意参加的求职人员请携带身份证、学历证书和个人简历到现场应聘，工作人员将在现场提供政策咨询服务。
参会人员请自觉遵守会场秩序，紫阳县公共就业服务中心负责解释。联系人：李老师。"""


def clean(text: str, title: str = "春茶采摘忙", source: str | None = "本站原创",
          published: Published | None = DAY, url: str = "https://a.cn/1") -> CleanArticle:  # fmt: skip
    page = FetchedPage(
        requested_url=url, effective_url=url, status=200, body=b"", text="", charset="utf-8",
        charset_evidence="meta", media_type="text/html", validators=Validators(),
        fetched_at=NOON, elapsed_s=0.1,
    )  # fmt: skip
    extracted = ExtractedArticle(
        page=page, canonical_url=url, title=title, published=published, source_name=source,
        authors=(), editors=(), breadcrumb=(), body_html="",
    )  # fmt: skip
    return CleanArticle(
        extracted=extracted, title=title, published=published, source_name=source, authors=(),
        editors=(), breadcrumb=(), removed=(), html="",
        blocks=tuple(Block(kind=BlockKind.PARAGRAPH, text=line) for line in text.split("\n")),
    )  # fmt: skip


def candidate(article: CleanArticle) -> Candidate:
    return Candidate(
        article=article, source_id="b", assignments=(), fingerprints=fingerprint(article)
    )


def known(article: CleanArticle, version: str | None = None) -> KnownArticle:
    prints = fingerprint(article)
    return KnownArticle(
        article_id="A" * 26, story_id="S" * 26, canonical_url="https://a.cn/1", source_id="a",
        title=article.title, source_name=article.source_name, published=article.published,
        first_seen_at=NOON, text=article.text,
        content_fingerprint=version or prints.content, text_fingerprint=version or prints.text,
    )  # fmt: skip


def marked(text: str, mark: str) -> str:
    return "\n".join(line + mark for line in text.split("\n"))


UNCHANGED = [
    ("the same", TEA),
    ("re-marked", marked(TEA, "y8i安康新闻网")),
    ("white space and width", TEA.replace("1200", "１２００").replace("，", "， ") + "\n"),
    ("zero-width characters", TEA.replace("茶", "茶\u200b")),
    ("paragraphs joined", TEA.replace("\n", "")),
]


@pytest.mark.parametrize("text", [case[1] for case in UNCHANGED], ids=[c[0] for c in UNCHANGED])
def test_a_page_that_only_looks_different_is_unchanged(text: str) -> None:
    before = known(clean(marked(TEA, "H2V安康新闻网")))
    decision = decide(candidate(clean(text)), before, ())
    assert decision.verdict is Verdict.UNCHANGED, decision.reason
    assert decision.article_id == before.article_id


REVISED = [
    ("title", clean(TEA, title="春茶采摘正忙"), "title changed"),
    ("text", clean(TEA.replace("1200", "1300")), "text changed"),
    ("source", clean(TEA, source="汉滨区融媒体中心"), "source changed"),
    (
        "date",
        clean(TEA, published=Published(at=DAY.at + timedelta(days=1), precision=Precision.DAY)),
        "date changed",
    ),
    ("two", clean(TEA[:-1], title="春茶"), "title, text changed"),
]


@pytest.mark.parametrize(
    ("article", "reason"), [c[1:] for c in REVISED], ids=[c[0] for c in REVISED]
)
def test_a_material_change_is_a_revision(article: CleanArticle, reason: str) -> None:
    decision = decide(candidate(article), known(clean(TEA)), ())
    assert (decision.verdict, decision.reason) == (Verdict.REVISED, reason)
    assert decision.story_id == "S" * 26


def test_a_hash_of_another_version_is_made_anew() -> None:
    assert decide(candidate(clean(TEA)), known(clean(TEA), "0:x"), ()).verdict is Verdict.UNCHANGED
    other = decide(candidate(clean(TEA)), None, (known(clean(TEA), "0:x"),))
    assert other.verdict is Verdict.REPRINT


REPRINTS = [
    ("word for word", TEA, TEA),
    ("punctuation and width", TEA, TEA.replace("，", ",").replace("“", "「")),
    ("a line of credit added", TEA, TEA + "\n来源：汉滨区融媒体中心，编辑整理发布。"),
    ("first paragraph cut", TEA, TEA.split("\n", 1)[1]),
    ("changed lead", TEA, TEA.replace("近日，走进", "连日来，记者在")),
    ("light edits", TEA, TEA.replace("绿意盎然，", "").replace("高兴地说", "笑着说")),
    ("one figure put right and nothing else", TEA, TEA.replace("6000公斤", "6500公斤")),
    ("one word for another wherever it stands", TEA,
     TEA.replace("绿意盎然", "一片嫩绿").replace("茶农们", "村民们")),
    ("one number put right among other edits", TEA,
     TEA.replace("86户", "88户").replace("绿意盎然，", "").replace("高兴地说", "笑着告诉记者")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "other"), [c[1:] for c in REPRINTS], ids=[c[0] for c in REPRINTS])
def test_the_same_news_elsewhere_is_a_reprint(text: str, other: str) -> None:
    decision = decide(candidate(clean(other, url="https://b.cn/9")), None, (known(clean(text)),))
    assert decision.verdict is Verdict.REPRINT
    assert decision.story_id == "S" * 26
    assert decision.similarity is not None
    assert decision.similarity >= 0.7
    assert "https://a.cn/1" in decision.reason


NEWS = [
    ("another text", TEA, WEATHER),
    ("tomorrow's weather", WEATHER,
     WEATHER.replace("3月19日", "3月20日").replace("9℃到18℃", "11℃到16℃").replace("2到3级", "3到4级")),
    ("only the day and one figure differ", WEATHER,
     WEATHER.replace("3月19日", "3月20日").replace("18℃", "17℃")),
    ("another county's notice", NOTICE, NOTICE.replace("紫阳", "石泉")),
    ("another county's notice, other contact", NOTICE,
     NOTICE.replace("紫阳", "石泉").replace("李老师", "王老师")),
    ("another county's job fair, other figures and telephone",
     NOTICE.replace("李老师", "李老师，电话0915-4421503，岗位1204个"),
     NOTICE.replace("李老师", "何老师，电话0915-6321877，岗位860个")),
    ("only the day is another", NOTICE.replace("2026年春季", "3月19日上午"),
     NOTICE.replace("2026年春季", "3月26日上午")),
    ("the same form for two villages", TEA,
     TEA.replace("前河社区", "马河社区").replace("1200", "900").replace("86户", "54户")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "other"), [c[1:] for c in NEWS], ids=[c[0] for c in NEWS])
def test_one_form_with_different_facts_is_news(text: str, other: str) -> None:
    decision = decide(candidate(clean(other, url="https://b.cn/9")), None, (known(clean(text)),))
    assert decision.verdict is Verdict.NEW, decision.reason


def test_the_same_notice_a_year_later_is_news() -> None:
    later = Published(at=DAY.at + timedelta(days=365), precision=Precision.DAY)
    decision = decide(candidate(clean(NOTICE, published=later)), None, (known(clean(NOTICE)),))
    assert decision.verdict is Verdict.NEW


def test_a_short_text_needs_its_title_too() -> None:
    short = "全文见附件。"
    same = decide(candidate(clean(short, title="公告")), None, (known(clean(short, title="公告")),))
    other = decide(
        candidate(clean(short, title="公示")), None, (known(clean(short, title="公告")),)
    )
    assert (same.verdict, other.verdict) == (Verdict.REPRINT, Verdict.NEW)


def test_the_most_alike_is_chosen() -> None:
    near, exact = known(clean(TEA.split("\n", 1)[1])), known(clean(TEA))
    assert decide(candidate(clean(TEA)), None, (near, exact)).similarity == 1.0


def test_fingerprints_are_what_they_were() -> None:
    prints = fingerprint(clean(TEA))
    # When this fails, a dependency or the code gives other hashes: raise fingerprint.VERSION.
    assert prints.content == "2:352ec58f18ff8ad7dc06a5163ae906c6"
    assert prints.bands[:2] == (-3363585129876488618, -7782161698890159054)


def test_a_story_in_brief_among_others_is_not_the_story() -> None:
    digest = TEA + "\n" + NOTICE.replace("紫阳", "白河")[: int(len(TEA) * 0.7)]
    story = known(clean(TEA, title="谭坝镇春茶开采"))
    brief = candidate(clean(digest, title="一周县区要闻", url="https://b.cn/9"))
    assert decide(brief, None, (story,)).verdict is Verdict.NEW
    longer = candidate(clean(digest, title="谭坝镇：春茶开采忙", url="https://b.cn/9"))
    assert decide(longer, None, (story,)).verdict is Verdict.REPRINT


def test_what_was_seen_long_before_is_no_reprint_even_without_a_date() -> None:
    undated = known(clean(TEA, published=None))
    later = Published(at=NOON + timedelta(days=31), precision=Precision.MINUTE)
    other = candidate(clean(TEA, url="https://b.cn/2", published=later))
    assert reprints_since(other) == NOON + timedelta(days=1)
    assert decide(other, None, (undated,)).verdict is Verdict.NEW
    soon = Published(at=NOON + timedelta(days=29), precision=Precision.MINUTE)
    same = candidate(clean(TEA, url="https://b.cn/2", published=soon))
    assert decide(same, None, (undated,)).verdict is Verdict.REPRINT
    assert reprints_since(candidate(clean(TEA, published=None))) is None


def test_the_most_alike_is_taken_though_others_come_first() -> None:
    # Of one story with two versions, the one that differs by a single word is the nearer.
    near = replace(known(clean(TEA.replace("高兴地说", "笑着说"))), canonical_url="near")
    far = replace(known(clean(TEA.replace("近日，走进", "连日来，记者走进").replace(
        "将继续做好茶园管护和技术培训，", ""))), canonical_url="far")  # fmt: skip
    decision = decide(candidate(clean(TEA, url="https://b.cn/2")), None, (far, near))
    assert decision.verdict is Verdict.REPRINT
    assert decision.reason.endswith("of the text of near")


def test_what_has_no_date_itself_may_be_a_reprint_of_anything() -> None:
    undated = candidate(clean(TEA, url="https://b.cn/2", published=None))
    assert decide(undated, None, (known(clean(TEA)),)).verdict is Verdict.REPRINT
