"""From whatever was raised to one sentence."""

from __future__ import annotations

import errno

import pytest

from synthscope.errors import DiskFull, InputError, OutOfMemory, WorkError
from synthscope.jobs.failures import explain, failed


class OutOfMemoryError(RuntimeError):
    """Named as torch names its own."""


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
    ],
)
def test_every_way_to_run_out_of_memory_is_one_sentence(error):
    assert type(explain(error)) is OutOfMemory


def test_full_disk_names_the_file_but_not_its_folder():
    sentence = explain(OSError(errno.ENOSPC, "No space", "/home/someone/stück.tif")).sentence
    assert "stück.tif" in sentence
    assert "someone" not in sentence


def test_full_disk_is_found_under_a_library_error():
    wrapped = ValueError("could not write chunk")
    wrapped.__cause__ = OSError(errno.EDQUOT, "Quota")
    assert type(explain(wrapped)) is DiskFull


def test_unexpected_error_gets_a_sentence_and_its_traceback():
    error = explain(ZeroDivisionError("division\nby zero"))
    assert type(error) is WorkError
    assert "ZeroDivisionError (division by zero)" in error.sentence
    assert "ZeroDivisionError" in error.details


def test_our_own_errors_keep_sentence_class_and_exit_status():
    said = failed("a", InputError("Axis 'q' is not known; use z."))
    assert (said.sentence, said.error, said.exit_status) == ("Axis 'q' is not known; use z.", "InputError", 2)


def test_error_that_holds_itself_ends():
    first, second = ValueError("a"), ValueError("b")
    first.__context__, second.__context__ = second, first
    assert type(explain(first)) is WorkError
