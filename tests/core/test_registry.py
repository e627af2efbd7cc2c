import pytest

from app.core.registry import Registry


@pytest.fixture
def colours() -> Registry[int]:
    registry = Registry[int]("colour")
    registry.add("red", 1)
    registry.add("blue", 2)
    return registry


def test_a_thing_is_found_by_its_name(colours: Registry[int]) -> None:
    assert colours.get("blue") == 2
    assert "blue" in colours
    assert list(colours) == ["red", "blue"]
    assert dict(colours.items()) == {"red": 1, "blue": 2}


def test_a_second_thing_of_the_same_name_is_refused_and_the_first_stays(colours: Registry[int]) -> None:
    with pytest.raises(ValueError, match="colour 'red' is registered already"):
        colours.add("red", 3)
    assert colours.get("red") == 1


def test_an_unknown_name_is_answered_with_the_names_there_are(colours: Registry[int]) -> None:
    with pytest.raises(LookupError, match=r"no colour named 'green' \(there are: blue, red\)"):
        colours.get("green")


def test_an_empty_registry_says_that_there_are_none() -> None:
    with pytest.raises(LookupError, match="there are: none"):
        Registry[int]("colour").get("green")
