"""Fields that sets are cut into."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import InputError
from synthscope.imaging.fields import cut_fields, field_side

SIZES = st.integers(8, 40)


@given(st.lists(st.tuples(st.just(1), st.integers(1, 5), SIZES, SIZES), min_size=1, max_size=10), st.integers(1, 30))
def test_fields_lie_in_their_images_do_not_overlap_and_are_few_enough(
    shapes: list[tuple[int, int, int, int]], most: int
) -> None:
    fields = cut_fields(shapes, (1, 8, 8), most)
    assert 0 < len(fields) <= most
    places = [(field.image, field.region.start) for field in fields]
    assert len(set(places)) == len(places)
    for field in fields:
        shape = shapes[field.image][1:]
        assert all(0 <= a < b <= n for a, b, n in zip(field.region.start, field.region.stop, shape, strict=True))
        assert field.region.shape == (1, 8, 8)


def test_every_unit_has_its_share() -> None:
    fields = cut_fields([(1, 40, 16, 16)] * 8, (1, 16, 16), 24)
    assert [sum(field.image == i for field in fields) for i in range(8)] == [3] * 8


def test_neighbouring_slices_of_one_place_are_one_unit() -> None:
    fields = cut_fields([(1, 20, 32, 32)], (1, 16, 16), 100)
    places = {(field.region.start[1:], field.region.start[0] // 16): field.unit for field in fields}
    assert len(set(places.values())) == 8
    assert all(places[(field.region.start[1:], field.region.start[0] // 16)] == field.unit for field in fields)


def test_specimens_are_units_where_they_are_told() -> None:
    fields = cut_fields([(1, 1, 32, 32)] * 3, (1, 16, 16), 100, ("a", "b", "a"))
    assert {field.image: field.unit for field in fields} == {0: 0, 1: 1, 2: 0}


def test_a_side_larger_than_an_image_is_refused() -> None:
    with pytest.raises(InputError, match="Fields of 64 px do not fit an image of 48 px"):
        field_side([(1, 48, 100)], 64)
    assert field_side([(1, 48, 100), (5, 90, 60)]) == 48


def test_moments_of_one_place_are_one_unit() -> None:
    fields = cut_fields([(6, 1, 32, 32)], (1, 16, 16), 100)
    assert len({field.moment for field in fields}) == 6
    assert len({field.unit for field in fields}) == 4
