"""The catalogue of pretrained models: whole, true to the generators there are, searchable."""

from __future__ import annotations

from dataclasses import fields

import pytest

from synthscope.errors import Unavailable
from synthscope.records.checkpoint import Checkpoint
from synthscope.records.pipeline_catalogue import PIPELINES, find_checkpoint, search_checkpoints
from synthscope.records.pretrained import PARTS, SERVES


def ids(words: str = "", *, open_only: bool = False) -> set[str]:
    return {one.id for one in search_checkpoints(words, open_only=open_only)}


def test_every_entry_is_told_apart_and_says_what_it_does_not_know() -> None:
    assert len({one.id for one in PIPELINES}) == len(PIPELINES)
    names = {field.name for field in fields(Checkpoint)}
    for one in PIPELINES:
        assert set(one.unverified) <= names
        assert one.parameters > 0
        assert one.serves
        assert one.tasks
        assert one.seen or "upstream" in one.unverified or "without a date" in one.upstream


def test_every_generator_of_pipelines_has_a_model_in_the_catalogue() -> None:
    served = {generator for one in PIPELINES for generator in one.serves}
    pipelines = {generator for known in SERVES.values() for generator in known}
    assert pipelines == served
    assert {one.part for one in PIPELINES} <= {"", *PARTS.values()}


def test_it_is_searched_by_task_generator_and_licence() -> None:
    assert ids("diffedit") == {"sd-1.5"}
    assert "sd-inpainting" in ids("INPAINTING")
    assert ids("apache inpainting") == {"kandinsky-2.2-inpaint", "kandinsky-2.2-prior"}
    assert ids("non-commercial") == {"dit-xl-2-256"}
    assert ids("zebra") == set()
    assert ids(open_only=True) == ids() - {"dit-xl-2-256"}


def test_memory_follows_from_the_numbers_of_parameters() -> None:
    card = find_checkpoint("sd-1.5")
    assert card.memory(half=False) == 4 * card.parameters == 2 * card.memory(half=True)


def test_what_is_not_there_is_named_with_what_is() -> None:
    with pytest.raises(Unavailable, match=r"no pretrained model 'sd-9'.*sd-1\.5"):
        find_checkpoint("sd-9")
