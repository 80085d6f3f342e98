"""A pack for each slot: what its rater could find out by putting its trials together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from tests.studies.design.studying import make_design, make_items

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.jobs.drain import drain
from synthscope.records.study import Paradigm, Question, Showing
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.records.study_schedule import Schedule, StudyItem
from synthscope.services.studies.rater_packs import ONE_PACK, PACKS, pack_files, pictures_in, write_packs_job
from synthscope.studies.design.schedule import make_schedule
from synthscope.studies.pack.reading import open_pack
from synthscope.studies.pack.scanning import scan_pack
from synthscope.studies.pack.slots import shown_in
from synthscope.studies.pack.writing import write_pack

SHAPE = (1, 8, 8, 1)


@dataclass(frozen=True)
class Packed:
    """A schedule, the truth about its pictures, and the packs that were written of it."""

    schedule: Schedule
    is_real: Mapping[str, bool]
    packs: tuple[Path, ...]

    def trials(self, role: str, trials: Iterable[Trial]) -> list[Trial]:
        roles = {key.trial: key.role for key in self.schedule.trials}
        return [trial for trial in trials if roles[trial.id] == role]


def picture(code: str) -> np.ndarray:
    return np.random.default_rng(list(code.encode())).integers(0, 256, SHAPE, np.uint8)


def whole_of(slots: tuple[Slot, ...], paradigm: Paradigm = "forced-choice") -> PackManifest:
    questions = (Question("real", "choice", "Which one is real?"),)
    return PackManifest("s", "Grains", paradigm, questions, Showing(), SHAPE, shown_in(slots), slots)


def packed(folder: Path, paradigm: Paradigm, items: Sequence[StudyItem], **plan: int) -> Packed:
    schedule = make_schedule(make_design(paradigm, **plan), items, seed=5)
    whole = whole_of(schedule.slots, paradigm)
    found = drain(write_packs_job(folder, whole, (), picture))
    assert list(found) == [slot.id for slot in schedule.slots]
    return Packed(schedule, {one.code: one.is_real for one in items}, pack_files(folder, whole))


def seen_in(pack: Path) -> tuple[Trial, ...]:
    """Give all that a rater can take out of the pack, whoever has a schedule in it."""
    with open_pack(pack) as opened:
        return tuple(trial for slot in opened.manifest.slots for trial in slot.trials)


def groups_of(trials: Iterable[Trial]) -> list[set[str]]:
    """Join pictures that stand in one trial, and those that are joined so: who knows one of them knows all."""
    groups: list[set[str]] = []
    for trial in trials:
        joined = set(trial.places)
        for near in [group for group in groups if group & joined]:
            joined |= near
            groups.remove(near)
        groups.append(joined)
    return groups


@pytest.mark.parametrize("places", [2, 3])
def test_one_sure_choice_tells_a_rater_nothing_of_another_trial(tmp_path: Path, places: int) -> None:
    made = packed(tmp_path, "forced-choice", make_items(30, (60,)), raters=6, per_arm=24, places=places,
                  training=2, lag=5)  # fmt: skip
    everybody = [trial for slot in made.schedule.slots for trial in slot.trials]
    largest = max(map(len, groups_of(made.trials("test", everybody))))
    assert largest > 60  # what one pack of all raters would give: nearly all pictures hang together
    for pack in made.packs:
        trials = seen_in(pack)
        tests = made.trials("test", trials)
        repeats = {frozenset(trial.places) for trial in made.trials("repeat", trials)}
        assert [len(group) for group in groups_of(tests)] == [places] * len(tests)
        assert repeats <= {frozenset(trial.places) for trial in tests}
        others = {code for role in ("catch", "training") for one in made.trials(role, trials) for code in one.places}
        assert others.isdisjoint(code for trial in tests for code in trial.places)


@pytest.mark.parametrize(
    ("places", "real", "synthetic", "per_arm"),
    [(2, 30, (15, 15), 0), (3, 30, (60,), 0), (2, 40, (40,), 0), (2, 40, (40,), 24), (2, 42, (20, 20), 14)],
)
def test_raters_who_lay_their_packs_side_by_side_learn_no_more(
    tmp_path: Path, places: int, real: int, synthetic: tuple[int, ...], per_arm: int
) -> None:
    made = packed(tmp_path, "forced-choice", make_items(real, synthetic), raters=4, per_arm=per_arm, places=places,
                  catches=2 if real > 30 else 0, training=0, lag=5)  # fmt: skip
    together = [trial for pack in made.packs for trial in made.trials("test", seen_in(pack))]
    groups = groups_of(together)
    assert {len(group) for group in groups} == {places}
    assert len(groups) * places >= 0.9 * (real + sum(synthetic))  # few images stay out
    times = Counter(code for trial in together for code in trial.places)
    assert len({frozenset(n for code, n in times.items() if made.is_real[code] is kind) for kind in (True, False)}) == 1
    assert len({trial.places for trial in together}) > len(groups)  # places are drawn anew for each rater


def test_in_pairs_no_picture_comes_twice_beside_different_ones(tmp_path: Path) -> None:
    made = packed(tmp_path, "pairs", make_items(12, (12, 12)), raters=3, per_arm=12, training=0, catches=0, lag=5)
    for pack in made.packs:
        tests = made.trials("test", seen_in(pack))
        assert {len(group) for group in groups_of(tests)} == {2}


def test_how_often_a_picture_comes_tells_nothing_of_its_kind(tmp_path: Path) -> None:
    made = packed(tmp_path, "real-or-synthetic", make_items(12, (40,)), raters=6, per_arm=12, catches=0, training=0,
                  lag=4, repeats=0)  # fmt: skip
    every = Counter(code for slot in made.schedule.slots for trial in slot.trials for code in trial.places)
    assert {every[code] for code in every if made.is_real[code]} == {6}
    assert {every[code] for code in every if not made.is_real[code]} <= {1, 2}  # all schedules together tell
    for pack in made.packs:
        assert set(Counter(code for trial in seen_in(pack) for code in trial.places).values()) == {1}


def test_a_pack_with_schedules_of_others_or_pictures_of_others_is_found(tmp_path: Path) -> None:
    slots = tuple(Slot(f"rater-00{i}", False, (Trial(f"t{i}", 1, (f"{i}a", f"{i}b")),)) for i in (1, 2))
    one = write_pack(tmp_path / "one.ratepack", whole_of(slots), picture)
    assert scan_pack(one, ()) == ("The pack holds 2 schedules, not one.",)
    manifest = PackManifest("s", "x", "forced-choice", (), Showing(), SHAPE, shown_in(slots), slots[:1])
    more = write_pack(tmp_path / "more.ratepack", manifest, picture)
    assert scan_pack(more, ()) == ("No trial of the pack shows picture 2a.", "No trial of the pack shows picture 2b.")


def test_packs_are_written_all_or_none_and_anew(tmp_path: Path) -> None:
    slots = tuple(Slot(f"rater-00{i}", False, (Trial(f"t{i}", 1, (f"{i}a", f"{i}b")),)) for i in (1, 2))
    first = drain(write_packs_job(tmp_path, whole_of(slots), (), picture))
    with pytest.raises(InputError, match="would tell what it must not: The manifest holds 'grains'"):
        drain(write_packs_job(tmp_path, whole_of(slots), ("grains",), picture))
    assert [path.name for path in tmp_path.iterdir()] == [PACKS]
    assert drain(write_packs_job(tmp_path, whole_of(slots), (), picture)) == first  # the same content, the same bytes
    assert sorted(path.name for path in (tmp_path / PACKS).iterdir()) == ["rater-001.ratepack", "rater-002.ratepack"]


def test_pictures_of_several_packs_are_read_as_one_set(tmp_path: Path) -> None:
    slots = tuple(Slot(f"rater-00{i}", False, (Trial(f"t{i}", 1, (f"{i}a", "c")),)) for i in (1, 2))
    whole = whole_of(slots)
    drain(write_packs_job(tmp_path, whole, (), picture))
    packs = pack_files(tmp_path, whole)
    with pictures_in(packs) as read:
        for code in whole.codes:
            np.testing.assert_array_equal(read(code), picture(code))
    with pictures_in(packs[:1]) as read, pytest.raises(FileError, match="None of these packs holds picture 2a"):
        read("2a")
    packs[1].write_text("x")
    with pytest.raises((FileError, DocumentError)), pictures_in(packs):
        pass
    packs[1].unlink()
    with pytest.raises(FileError), pictures_in(packs):
        pass


def test_the_one_pack_of_an_earlier_version_is_found_where_it_lies(tmp_path: Path) -> None:
    slots = tuple(Slot(f"rater-00{i}", False, (Trial(f"t{i}", 1, (f"{i}a", f"{i}b")),)) for i in (1, 2))
    whole = whole_of(slots)
    one = write_pack(tmp_path / ONE_PACK, whole, picture)
    assert pack_files(tmp_path, whole) == (one,)
    with pictures_in(pack_files(tmp_path, whole)) as read:
        np.testing.assert_array_equal(read("2b"), picture("2b"))
