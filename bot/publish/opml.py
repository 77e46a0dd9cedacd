"""OPML 2.0 (http://opml.org/spec2.opml): all feeds as a tree, province → city → district."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bot.publish.characters import legal
from bot.publish.compose import subtitle_of, title_of
from bot.publish.feed import Format
from bot.publish.topic import EVERYTHING, Scope

if TYPE_CHECKING:
    from bot.publish.site import Site
    from bot.publish.topic import Catalogue, Topic


def write_opml(catalogue: Catalogue, site: Site) -> bytes:
    """Return the subscription list, UTF-8, the same bytes for the same districts and sources.

    Cities hold their districts, districts their towns; sources stand in a folder of their own.
    """
    opml = Element("opml", version="2.0")
    head = SubElement(opml, "head")
    SubElement(head, "title").text = legal(site.title)
    if site.contact.startswith(("http://", "https://")):
        SubElement(head, "ownerId").text = site.contact
    SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = SubElement(opml, "body")
    _subscription(body, EVERYTHING, site)
    standing = catalogue.standing()
    provinces: dict[str, Element] = {}
    cities: dict[str, Element] = {}
    for city in (s for s in standing if s.scope is Scope.CITY):
        province = city.within[0]
        if province not in provinces:
            provinces[province] = SubElement(body, "outline", text=legal(province))
        cities[f"{province}/{city.name}"] = folder = SubElement(
            provinces[province], "outline", text=legal(city.name)
        )
        _subscription(folder, city, site)
    for district in (s for s in standing if s.scope is Scope.DISTRICT):
        province, city_name = district.within
        parent = cities.get(f"{province}/{city_name}")
        if parent is None:
            if province not in provinces:
                provinces[province] = SubElement(body, "outline", text=legal(province))
            parent = provinces[province]
        _subscription(parent, district, site)
    sources = [s for s in standing if s.scope is Scope.SOURCE]
    if sources:
        folder = SubElement(body, "outline", text="来源")
        for source in sources:
            _subscription(folder, source, site)
    indent(opml)
    document: bytes = tostring(opml, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _subscription(parent: Element, topic: Topic, site: Site) -> None:
    attributes = {
        "type": "rss",
        "text": topic.name or site.title,
        "title": title_of(topic, site),
        "xmlUrl": site.url(f"/feeds/{topic.path}/{Format.ATOM.value}"),
        "htmlUrl": site.url(f"/d/{topic.path}"),
        "description": subtitle_of(topic, site),
        "language": site.language,
    }
    place = "/".join((*topic.within, topic.name))
    if topic.scope in {Scope.CITY, Scope.DISTRICT}:
        attributes["category"] = f"/{place.replace(',', '，')}"
    SubElement(parent, "outline", {k: legal(v) for k, v in attributes.items()})
