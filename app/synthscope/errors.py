"""The exception tree.

::

    SynthscopeError            one sentence: the thing, the value, the remedy
    ├── InputError             what was given cannot be used            exit status 2
    │   ├── FileError          a file: missing, damaged, not understood
    │   ├── AmbiguousAxes      a shape whose axes must be told
    │   ├── ParameterError     one or more parameters out of range
    │   ├── MaskError          a mask that does not fit its image
    │   └── DocumentError      a document of ours: damaged, or from a newer version
    ├── Unavailable            a generator, model or device that is not here   exit status 2
    ├── WorkError              work that began and failed               exit status 1
    │   ├── OutOfMemory        more memory than there is
    │   ├── DiskFull           no room for a result
    │   └── WorkerLost         the worker process ended by itself
    └── Cancelled              somebody asked to stop                   exit status 130
"""

from __future__ import annotations

from collections.abc import Mapping


class SynthscopeError(Exception):
    """Base of all errors that are shown to a person.

    Parameters
    ----------
    sentence : str
        What happened, to what, and what to do about it.
    details : str, optional
        Technical text for the *Details* fold.
    """

    exit_status = 1

    def __init__(self, sentence: str, *, details: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details


class InputError(SynthscopeError):
    """What was given cannot be used."""

    exit_status = 2


class FileError(InputError):
    """A file is missing, damaged or not understood."""


class AmbiguousAxes(InputError):  # noqa: N818 - a state of the input more than an error
    """The axes of a shape cannot be known; `choices` are the readings that fit."""

    def __init__(self, sentence: str, *, shape: tuple[int, ...], choices: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.shape = shape
        self.choices = choices


class ParameterError(InputError):
    """One or more parameters are out of range; `problems` maps names to sentences."""

    def __init__(self, sentence: str, *, problems: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.problems = dict(problems or {})


class MaskError(InputError):
    """A mask does not fit its image."""


class DocumentError(InputError):
    """A document of ours is damaged or was written by a newer version."""


class Unavailable(SynthscopeError):  # noqa: N818 - reads as the state it is
    """A generator, model or device is not here."""

    exit_status = 2


class WorkError(SynthscopeError):
    """Work began and failed."""


class OutOfMemory(WorkError):  # noqa: N818 - the field's name for it
    """More memory was needed than there is."""


class DiskFull(WorkError):  # noqa: N818 - the field's name for it
    """There is no room for a result."""


class WorkerLost(WorkError):  # noqa: N818 - reads as the state it is
    """The worker process ended by itself."""


class Cancelled(SynthscopeError):  # noqa: N818 - a request that was honoured, not a fault
    """Somebody asked to stop; what was finished is kept."""

    exit_status = 130
