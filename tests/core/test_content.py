from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field, model_validator

from app.core import content
from app.core.content import ContentError, ContentKind, Problem, Reading, Reference, Source, StrictModel, SyncReport


class Ingredient(StrictModel):
    name: str
    grams: int = Field(gt=0)


class Recipe(StrictModel):
    title: str
    ingredients: list[Ingredient]
    vegan: bool = False

    @model_validator(mode="after")
    def _no_milk(self) -> "Recipe":
        if self.vegan and any(item.name == "milk" for item in self.ingredients):
            raise ValueError("milk is not vegan")
        return self


GOOD = """\
title: Bread
ingredients:
  - name: flour
    grams: 500
  - name: water
    grams: 350
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str | bytes], Recipe]:
    def read(text: str | bytes) -> Recipe:
        path = tmp_path / "recipes" / "bread.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Source(path, tmp_path).load(Recipe)

    return read


def problems(load: Callable[..., Recipe], text: str | bytes) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(text)
    return [str(problem) for problem in caught.value.problems]


def test_a_good_file_is_a_frozen_model(load: Callable[..., Recipe]) -> None:
    recipe = load(GOOD)
    assert [item.grams for item in recipe.ingredients] == [500, 350]
    with pytest.raises(ValueError, match="frozen"):
        recipe.title = "Cake"  # type: ignore[misc]


def test_a_byte_order_mark_and_crlf_do_not_matter(load: Callable[..., Recipe]) -> None:
    assert load(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()).title == "Bread"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("grams: 350", "gram: 350"), "recipes/bread.yaml:6: ingredients[1].gram: this key is not known here"),
        (("    grams: 350\n", ""), "recipes/bread.yaml:5: ingredients[1].grams: this key is missing"),
        (("title: Bread", "title: 7"), "recipes/bread.yaml:1: title: Input should be a valid string"),
        (("grams: 500", 'grams: "500"'), "recipes/bread.yaml:4: ingredients[0].grams: Input should be a valid integer"),
        (("grams: 500", "grams: 0"), "recipes/bread.yaml:4: ingredients[0].grams: Input should be greater than 0"),
        (
            ("grams: 500", "grams: 500\n    grams: 2"),
            "recipes/bread.yaml:5: ingredients[0].grams: this key is given twice",
        ),
        (("name: water", "name: milk"), None),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(
    load: Callable[..., Recipe], change: tuple[str, str], said: str | None
) -> None:
    text = GOOD.replace(*change)
    if said is None:
        assert load(text).ingredients[1].name == "milk"
    else:
        assert said in problems(load, text)


def test_a_rule_over_several_keys_is_told_in_its_own_words(load: Callable[..., Recipe]) -> None:
    assert problems(load, GOOD.replace("water", "milk") + "vegan: true\n") == [
        "recipes/bread.yaml:1: milk is not vegan"
    ]


def test_everything_that_is_wrong_is_told_at_once(load: Callable[..., Recipe]) -> None:
    text = GOOD.replace("title: Bread", "titel: Bread").replace("grams: 350", "grams: -1")
    assert len(problems(load, text)) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: [", "recipes/bread.yaml:2: not valid YAML"),
        ("title: a\n\tb: c", "recipes/bread.yaml:2: not valid YAML"),
        (b"title: \xff", "this file is not UTF-8"),
        ("", "recipes/bread.yaml:1: "),
        ("- a\n- b", "recipes/bread.yaml:1: "),
        ("title: !!python/object/apply:os.system [true]", "not valid YAML"),
    ],
)
def test_a_file_that_is_no_recipe_at_all_is_refused(load: Callable[..., Recipe], text: str | bytes, said: str) -> None:
    assert any(said in problem for problem in problems(load, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"none\.yaml:1: this file is missing"):
        Source(tmp_path / "none.yaml", tmp_path).load(Recipe)


def kind(name: str, reading: Reading, written: list[str], position: int = 100) -> ContentKind:
    def sync(items: list[Any]) -> SyncReport:
        written.append(name)
        return SyncReport(added=len(items))

    return ContentKind(name, lambda _root: reading, sync, position)


@pytest.fixture
def kitchen(site: Any) -> Any:
    site.extensions["uplift.content"] = []
    return site


def test_a_reference_may_lead_to_another_kind(kitchen: Any, tmp_path: Path) -> None:
    menu, recipes, written = Reading(items=["m"]), Reading(items=["a", "b"]), []
    recipes.define("recipe", "bread")
    menu.references.append(Reference("recipe", "bread", Problem("menu.yaml", 1, "", "no such recipe")))
    content.register_content(kitchen, kind("menu", menu, written, 20))
    content.register_content(kitchen, kind("recipe", recipes, written, 10))
    reports = content.sync_all(kitchen, tmp_path)
    assert written == ["recipe", "menu"], "in the order of their positions"
    assert reports["recipe"] == SyncReport(added=2)


def test_a_reference_to_nothing_is_told_and_nothing_is_written(kitchen: Any, tmp_path: Path) -> None:
    menu, written = Reading(items=["m"]), []
    menu.references.append(Reference("recipe", "cake", Problem("menu.yaml", 3, "dishes[0]", "no such recipe")))
    content.register_content(kitchen, kind("menu", menu, written))
    with pytest.raises(ContentError, match=r"menu\.yaml:3: dishes\[0\]: no such recipe"):
        content.sync_all(kitchen, tmp_path)
    assert written == []


def test_problems_of_all_kinds_come_together_sorted_and_once(kitchen: Any, tmp_path: Path) -> None:
    late, early = Problem("b.yaml", 2, "", "late"), Problem("a.yaml", 9, "", "early")
    content.register_content(kitchen, kind("one", Reading(problems=[late, early]), []))
    content.register_content(kitchen, kind("two", Reading(problems=[late]), []))
    with pytest.raises(ContentError) as caught:
        content.read_all(kitchen, tmp_path)
    assert caught.value.problems == [early, late]


def test_the_command_says_every_problem_and_changes_nothing(kitchen: Any, tmp_path: Path) -> None:
    written: list[str] = []
    content.register_content(kitchen, kind("one", Reading(problems=[Problem("a.yaml", 9, "k", "bad")]), written))
    for command in ("check", "sync"):
        result = kitchen.test_cli_runner().invoke(args=["content", command, "--root", str(tmp_path)])
        assert result.exit_code == 1
        assert "a.yaml:9: k: bad" in result.output
        assert "1 problem(s); nothing was changed" in result.output
    assert written == []
