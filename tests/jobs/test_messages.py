"""The line protocol."""

from __future__ import annotations

from contextlib import suppress
from pathlib import PurePosixPath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import DocumentError
from synthscope.jobs import messages as m

TEXT = st.text(st.characters(), max_size=30)  # lone surrogates too: file names hold them
NUMBER = st.floats(allow_nan=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
DOCUMENT = st.dictionaries(TEXT, JSON, max_size=3)
MESSAGES = st.one_of(
    st.builds(m.Submit, TEXT, TEXT, DOCUMENT),
    st.builds(m.Cancel, TEXT),
    st.builds(m.Quit),
    st.builds(m.Ready, st.integers(0), DOCUMENT),
    st.builds(m.Started, TEXT),
    st.builds(m.ProgressSaid, TEXT, NUMBER, NUMBER, TEXT),
    st.builds(m.PreviewSaid, TEXT, TEXT, TEXT),
    st.builds(m.MadeSaid, TEXT, TEXT, TEXT, DOCUMENT),
    st.builds(m.Finished, TEXT, JSON),
    st.builds(m.Failed, TEXT, TEXT, TEXT, TEXT, st.integers()),
    st.builds(m.CancelledSaid, TEXT),
)


@given(MESSAGES)
def test_every_message_survives_its_one_ascii_line(message):
    line = m.encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert m.decode(line) == message


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_one_clear_error(line):
    with suppress(DocumentError):
        assert isinstance(m.decode(line), m.Message)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null\n",
        b"[]\n",
        b'{"say":"sing"}\n',
        b'{"say":["submit"]}\n',
        b'{"say":"cancel"}\n',
        b'{"say":"cancel","job":3}\n',
        b'{"say":"cancel","job":"a","more":1}\n',
        b"[" * 100_000,
        b'{"say":"submit","job":"a"',
    ],
)
def test_damaged_or_unknown_line_is_one_clear_error(line):
    with pytest.raises(DocumentError):
        m.decode(line)


def test_paths_and_numpy_numbers_are_sent_as_plain_json():
    sent = m.MadeSaid("a", "candidate", "x", {"path": PurePosixPath("a/b"), "n": np.int64(3), "f": np.float32(0.5)})
    assert m.decode(m.encode(sent)).document == {"path": "a/b", "n": 3, "f": 0.5}


def test_what_json_has_no_word_for_is_refused():
    with pytest.raises(TypeError, match="object cannot be sent"):
        m.encode(m.Finished("a", object()))


def test_fraction_is_held_between_zero_and_one():
    said = [m.ProgressSaid("a", done, total) for done, total in [(1, 4), (5, 4), (-1, 4), (1, 0)]]
    assert [p.fraction for p in said] == [0.25, 1.0, 0.0, 0.0]
