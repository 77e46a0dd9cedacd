"""The three sites, their sections, and the counties that they are about."""

from __future__ import annotations

from dataclasses import dataclass

#: slug: (GB/T 2260 code, full name, short name) of the ten counties of Ankang
COUNTIES: dict[str, tuple[str, str, str]] = {
    "hanbin": ("610902", "汉滨区", "汉滨"),
    "hanyin": ("610921", "汉阴县", "汉阴"),
    "shiquan": ("610922", "石泉县", "石泉"),
    "ningshan": ("610923", "宁陕县", "宁陕"),
    "ziyang": ("610924", "紫阳县", "紫阳"),
    "langao": ("610925", "岚皋县", "岚皋"),
    "pingli": ("610926", "平利县", "平利"),
    "zhenping": ("610927", "镇坪县", "镇坪"),
    "baihe": ("610929", "白河县", "白河"),
    "xunyang": ("610981", "旬阳市", "旬阳"),
}

#: GB/T 2260 code of the city
CITY_ADCODE = "610900"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site of the replica."""

    id: str
    name: str
    #: loopback address, so that each site is a host of its own
    host: str
    #: the CMS's number of the first article
    first_number: int
    #: ``day`` or ``minute``
    precision: str
    #: entries on one listing page
    page_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of a site: what an operator calls a source."""

    id: str
    site: str
    #: path of the listing's first page
    path: str
    name: str
    #: as the article page shows it, without the home page
    breadcrumb: tuple[str, ...]
    #: code of the county, or of the city when its articles are about any county
    adcode: str
    #: slug of the county; None for the city
    county: str | None


PORTAL = Site(id="portal", name="秦巴县闻网", host="127.0.0.1", first_number=118_201,
              precision="day", page_size=5)  # fmt: skip
DEDE = Site(id="dede", name="平利茶乡网", host="127.0.0.2", first_number=3_301,
            precision="day", page_size=6)  # fmt: skip
MODERN = Site(id="modern", name="旬阳融媒", host="127.0.0.3", first_number=7_208,
              precision="minute", page_size=6)  # fmt: skip

SITES: dict[str, Site] = {site.id: site for site in (PORTAL, DEDE, MODERN)}


def _county_section(slug: str) -> Section:
    adcode, _, short = COUNTIES[slug]
    return Section(id=slug, site="portal", path=f"/news/xianqu/{slug}/", name=short,
                   breadcrumb=("新闻", "县区", short), adcode=adcode, county=slug)  # fmt: skip


SECTIONS: dict[str, Section] = {
    section.id: section
    for section in (
        *(_county_section(slug) for slug in COUNTIES),
        Section(id="city", site="portal", path="/news/ankang/akzh/", name="安康综合",
                breadcrumb=("新闻", "安康", "安康综合"), adcode=CITY_ADCODE, county=None),
        Section(id="pingli-news", site="dede", path="/xwzx/plyw/", name="平利要闻",
                breadcrumb=("新闻中心", "平利要闻"), adcode="610926", county="pingli"),
        Section(id="pingli-towns", site="dede", path="/xwzx/zzdt/", name="镇村动态",
                breadcrumb=("新闻中心", "镇村动态"), adcode="610926", county="pingli"),
        Section(id="xunyang-news", site="modern", path="/channel/yaowen", name="旬阳要闻",
                breadcrumb=("旬阳要闻",), adcode="610981", county="xunyang"),
    )
}  # fmt: skip


def sections_of(site: str) -> tuple[Section, ...]:
    """Return the sections of a site, in the order of its navigation."""
    return tuple(section for section in SECTIONS.values() if section.site == site)
