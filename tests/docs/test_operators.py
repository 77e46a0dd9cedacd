"""The operators' pages: no key, no state is missing, and every recipe is a valid file."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.health import State
from bot.settings import Settings
from bot.sources.entry import CmsFile, SourcesFile
from bot.sources.load import load
from tools.make_keys import KEYS, keys_in, page

ROOT = Path(__file__).parents[2]
COOKBOOK = (ROOT / "docs" / "how-to" / "cookbook.md").read_text("utf-8")
RECIPES = re.findall(r"```yaml\n(sources:.*?)```", COOKBOOK, re.DOTALL)
TEMPLATES = re.findall(r"```yaml\n# config/cms/(\w+)\.yaml\n(.*?)```", COOKBOOK, re.DOTALL)


def test_the_page_of_keys_is_current() -> None:
    assert KEYS.read_text("utf-8") == page(), "run: python -m tools.make_keys"


def test_each_key_says_what_it_is_and_shows_one() -> None:
    fields = [
        (path, field)
        for model in (Settings, SourcesFile, CmsFile)
        for path, field in keys_in(model)
    ]
    assert len(fields) > 80
    assert [".".join(path) for path, field in fields if not field.description] == []
    assert [".".join(path) for path, field in fields if not field.examples] == []


def test_each_state_says_what_to_do() -> None:
    text = (KEYS.parent / "health.md").read_text("utf-8")
    assert re.findall(r"(?m)^## (.+)$", text) == [state.value for state in State]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda text: re.search(r"id: (\S+)", text)[1])  # type: ignore[index]
def test_each_recipe_is_a_valid_file(recipe: str) -> None:
    assert load(ROOT / "config", environment={}, sources={"recipe": recipe.encode()}).sources


@pytest.mark.parametrize(("name", "recipe"), TEMPLATES)
def test_each_recipe_of_a_template_is_taken(name: str, recipe: str, tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    (config / "cms" / f"{name}.yaml").write_text(recipe, "utf-8")
    text = f"sources:\n  - {{id: a, url: http://a.cn/, district: ziyang, cms: {name}}}\n"
    configuration = load(config, environment={}, sources={"a": text.encode()})
    assert configuration.templates[name].fingerprints
    assert configuration.sources[0].article.body == ("#zoom",)
