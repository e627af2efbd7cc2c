from typing import Any

import pytest

from app.core import search
from app.core.db import db


@pytest.fixture
def library(app: Any) -> None:
    search.index("book", "loop", "Closing the loop", "Ring the detractor within two days.")
    search.index("book", "noise", "Noise", "Small samples wobble; a detractor more or less moves the score.")
    search.index("song", "loop-song", "The loop song", "Round and round.")
    db.session.commit()


def found(words: str, kind: str = "book") -> list[str]:
    statement = search.matching(kind, words).order_by("rank")
    return [row.ref for row in db.session.execute(statement)]


@pytest.mark.usefixtures("library")
def test_every_word_must_be_there_or_begin_one() -> None:
    assert sorted(found("detractor")) == ["loop", "noise"]
    assert found("detrac two") == ["loop"]
    assert found("detractor trumpet") == []


@pytest.mark.usefixtures("library")
def test_a_word_in_the_title_weighs_more_than_one_in_the_body() -> None:
    search.index("book", "other", "Other things", "A loop, a loop, a loop.")
    db.session.commit()
    assert found("loop") == ["loop", "other"]


@pytest.mark.usefixtures("library")
def test_kinds_are_searched_apart() -> None:
    assert found("loop", kind="song") == ["loop-song"]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("words", ["", "   ", "!?", "\x00"])
def test_no_words_find_nothing(words: str) -> None:
    assert found(words) == []


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("words", ['loop"', "loop' OR '1'='1", "loop*:&|!()", "NEAR(loop", "loop AND"])
def test_what_means_something_to_the_engine_is_only_a_word(words: str) -> None:
    assert set(found(words)) <= {"loop"}


@pytest.mark.usefixtures("library")
def test_an_indexed_text_can_be_replaced_and_forgotten() -> None:
    search.index("book", "loop", "Closing the circle", "Write a letter.")
    db.session.commit()
    assert found("loop") == []
    assert found("letter") == ["loop"]
    search.forget("book", "loop")
    db.session.commit()
    assert found("letter") == []


@pytest.mark.usefixtures("library")
def test_case_does_not_matter() -> None:
    assert found("DETRACTOR days") == ["loop"]


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("words", ["loop" * 50_000, "loop " * 50_000, "🙂" * 10_000])
def test_a_huge_search_is_only_looked_at_in_part(words: str) -> None:
    assert set(found(words)) <= {"loop"}


@pytest.mark.usefixtures("library")
def test_words_that_an_underscore_joins_are_two() -> None:
    assert found("closing_loop") == ["loop"]
