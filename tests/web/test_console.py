"""The console in a real browser, on a real daemon: login, table, workbench, conflict, effect."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.acceptance.test_daemon import running, write_config
from tests.crawled import replica_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.acceptance.test_daemon import Daemon

CHROMIUM = Path("/usr/bin/chromium")
TOKEN = "a long random text of the test"  # noqa: S105
SHOTS = os.environ.get("XIANWEN_SCREENSHOTS")


@pytest.fixture(scope="module")
def replica() -> Iterator[str]:
    with replica_process() as sources:
        yield sources


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, replica: str) -> Path:
    place = tmp_path_factory.mktemp("console")
    entries = replica.split("  - id:")
    chosen = [e for e in entries if "replica-ziyang" in e or "replica-pingli-news" in e]
    config = write_config(place, "sources:\n" + "".join(f"  - id:{e}" for e in chosen))
    settings = config / "xianwen.yaml"
    settings.write_text(settings.read_text() + f"  console_token: {TOKEN}\n")
    return place


@pytest.fixture(scope="module")
def daemon(place: Path) -> Iterator[Daemon]:
    with running(place / "config", place / "data") as daemon:
        daemon.hear("crawled .*source=replica-ziyang .*")
        yield daemon


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no {CHROMIUM}")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, daemon: Daemon) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda said: (
            errors.append(said.text)
            if said.type == "error" and "status of 4" not in said.text
            else None
        ),
    )
    yield page
    context.close()
    assert not errors


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def enter(page: Page, daemon: Daemon) -> None:
    page.goto(f"{daemon.address}/console/")
    page.fill("#token", TOKEN)
    page.click("button")
    page.wait_for_selector("h1:has-text('sources')")


@pytest.mark.browser
def test_a_wrong_token_opens_nothing(page: Page, daemon: Daemon) -> None:
    page.goto(f"{daemon.address}/console/source/replica-ziyang")
    assert page.url.endswith("/console/login")
    shoot(page, "login")
    page.fill("#token", "something else")
    page.click("button")
    assert "That is not the token" in page.inner_text("[role=alert]")
    assert not page.context.cookies()


@pytest.mark.browser
def test_the_table_and_a_sources_page(page: Page, daemon: Daemon) -> None:
    enter(page, daemon)
    rows = page.locator("table").first.locator("tbody tr")
    assert rows.count() == 2
    assert page.locator(".state.good").count() >= 1
    assert page.locator("svg.bars").count() >= 3
    shoot(page, "table")
    page.click("a[href$='/source/replica-ziyang']")
    assert "replica-ziyang" in page.inner_text("pre")
    assert page.locator("ul.plain a").count() >= 1
    page.click("text=Pause")
    page.wait_for_selector("text=Resume")
    assert page.inner_text(".state >> nth=0") == "paused"
    page.click("text=Resume")
    page.wait_for_selector("button:has-text('Pause')")
    shoot(page, "source")
    page.click("text=Run now")
    page.click("text=Log >> nth=0")
    told = page.inner_text("table")
    assert all(word in told for word in ("login", "pause", "resume", "run"))
    page.click("text=Log out")
    page.goto(f"{daemon.address}/console/")
    assert page.url.endswith("/login")


@pytest.mark.browser
def test_an_edit_is_previewed_checked_saved_and_in_force(
    page: Page, daemon: Daemon, place: Path
) -> None:
    file = place / "config" / "sources" / "replica.yaml"
    enter(page, daemon)
    page.goto(f"{daemon.address}/console/source/replica-ziyang/workbench")
    page.wait_for_selector("#word:has-text('As saved')")
    assert "links by structure" in page.inner_text("#links")
    marked = page.frame_locator("#listing-page").locator("[data-mark=link]")
    assert marked.count() >= 3
    good = page.input_value("#block")
    # An invalid edit: told with its line, nothing to save.
    page.fill("#block", good + "    listing:\n      itme: .list li\n")
    page.wait_for_selector("#word:has-text('Not valid')")
    assert "did you mean item?" in page.inner_text("#faults")
    assert page.is_disabled("#save")
    # One that finds nothing is valid, and shown for what it is.
    page.fill("#block", good + "    listing:\n      item: .nothing li\n")
    page.wait_for_selector("#links:has-text('listing-missing')")
    page.fill("#block", good + "    name: 紫阳新名\n    listing:\n      item: .list li\n")
    page.wait_for_selector("#links:has-text('by rule: .list li')")
    page.click("#tab-article")
    assert "title:" in page.inner_text("#fields")
    article = page.frame_locator("#article-page")
    article.locator("[data-mark=body]").first.wait_for(timeout=10_000)
    assert "分享到" not in article.locator("[data-mark=body]").first.inner_text()
    shoot(page, "workbench")
    before = file.read_text("utf-8")
    page.click("#save")
    page.wait_for_selector("#word:has-text('Saved; the daemon')")
    assert "item: .list li" in file.read_text("utf-8")
    assert file.read_text("utf-8").splitlines()[:3] == before.splitlines()[:3]
    daemon.hear("configuration in force .*changed=replica-ziyang")
    page.goto(f"{daemon.address}/console/")
    page.wait_for_selector("text=紫阳新名")


@pytest.mark.browser
def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(
    page: Page, daemon: Daemon, place: Path
) -> None:
    file = place / "config" / "sources" / "replica.yaml"
    enter(page, daemon)
    page.goto(f"{daemon.address}/console/source/replica-pingli-news/workbench")
    page.wait_for_selector("#word:has-text('As saved')")
    theirs = file.read_text("utf-8") + "# another operator was here\n"
    file.write_text(theirs, "utf-8")
    page.fill("#block", page.input_value("#block") + "    name: mine\n")
    page.wait_for_selector("#word:has-text('Valid, not saved')")
    page.click("#save")
    page.wait_for_selector("#word:has-text('somebody changed the file')")
    assert file.read_text("utf-8") == theirs


def post(daemon: Daemon, path: str, data: dict[str, str], **headers: Any) -> httpx.Response:
    return httpx.post(f"{daemon.address}/console{path}", data=data, headers=headers)


def test_forms_of_other_sites_and_of_nobody_are_refused(daemon: Daemon, place: Path) -> None:
    opened = post(daemon, "/login", {"token": TOKEN})
    assert opened.status_code == 303
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    session = cookie.split(";")[0]
    path = "/source/replica-ziyang/pause"
    assert post(daemon, path, {}).status_code == 401
    assert post(daemon, path, {}, cookie=session).status_code == 403
    assert post(daemon, path, {"csrf": "guess"}, cookie=session).status_code == 403
    answer = httpx.get(f"{daemon.address}/console/", headers={"cookie": session})
    csrf = answer.text.split('name="csrf" value="')[1].split('"')[0]
    elsewhere = {"cookie": session, "origin": "https://evil.example"}
    assert post(daemon, path, {"csrf": csrf}, **elsewhere).status_code == 403
    assert post(daemon, "/source/nobody/pause", {"csrf": csrf}, cookie=session).status_code == 404
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    too_much = {"csrf": csrf, "block": "x" * 300_000}
    path = "/source/replica-ziyang/preview"
    assert post(daemon, path, too_much, cookie=session).status_code == 413
    noted = (place / "data" / "operators.jsonl").read_text("utf-8").splitlines()
    assert json.loads(noted[-1])["action"] == "login"


def test_guessing_is_slowed_down(place: Path, tmp_path: Path) -> None:
    with running(place / "config", tmp_path / "data") as daemon:
        codes = [post(daemon, "/login", {"token": f"guess {n}"}).status_code for n in range(7)]
        assert codes == [403] * 5 + [429] * 2
        right = post(daemon, "/login", {"token": TOKEN})
        assert right.status_code == 429
        assert int(right.headers["retry-after"]) > 60
