"""What is done to a study off the window's thread: key holders, signatures, answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthscope.io.documents import read_document, write_document
from synthscope.records.leaks import LeakDecision

if TYPE_CHECKING:
    from synthscope.services.studies.collecting import Imported
    from synthscope.services.studies.study_file import StudyFile
    from synthscope.studies.sealing.releasing import KeyRelease

Verb = Callable[["StudyFile"], Any]


def read_holders(paths: Sequence[Path]) -> tuple[Any, ...]:
    """Read what everybody may know of the holders of key files."""
    from synthscope.studies.sealing.holders import HolderFile

    return tuple(read_document(path, HolderFile).holder for path in paths)


def new_holder(path: Path, name: str, phrase: str) -> Any:
    """Make the file of a key holder; one that is there is never overwritten."""
    from synthscope.studies.sealing.holders import make_holder

    return make_holder(path, name, phrase)


def decide(decision: LeakDecision) -> Verb:
    """Decide on a soft leak."""

    def verb(study: StudyFile) -> object:
        from synthscope.services.studies.auditing import decide_leak

        return decide_leak(study, decision)

    return verb


def pass_gate(by: str) -> Verb:
    """Pass the leak gate."""

    def verb(study: StudyFile) -> object:
        from synthscope.services.studies import auditing

        return auditing.pass_gate(study, by)

    return verb


def import_answers(paths: Sequence[Path], by: str) -> Verb:
    """Take answers in; gives what came of it, in words."""

    def verb(study: StudyFile) -> str:
        from synthscope.services.studies import collecting

        return import_words(collecting.import_answers(study, paths, by))

    return verb


def import_words(found: Imported) -> str:
    """Say what came of an import."""
    of = f" of {', '.join(found.slots)}" if found.slots else ""
    start = f"{found.added} entries{of} are new." if found.added else f"Nothing{of} is new."
    return "\n".join([start, *found.notes])


def close(by: str, reason: str) -> Verb:
    """End the collection."""

    def verb(study: StudyFile) -> str:
        from synthscope.services.studies.collecting import close_study

        return close_study(study, by, reason)

    return verb


def screen(excluded: Mapping[str, str], by: str) -> Verb:
    """Leave raters out."""

    def verb(study: StudyFile) -> object:
        from synthscope.services.studies.screening import screen_study

        return screen_study(study, excluded, by)

    return verb


def sign(path: Path, phrase: str, reason: str) -> Verb:
    """Sign an unblinding with the file of a holder who is here."""

    def verb(study: StudyFile) -> tuple[KeyRelease, ...]:
        from synthscope.services.unblinding import consent_for, release_key
        from synthscope.studies.sealing.holders import open_holder

        return (release_key(study, consent_for(study, reason), open_holder(path, phrase)),)

    return verb


def ask(path: Path, reason: str) -> Verb:
    """Write the request that holders elsewhere sign."""

    def verb(study: StudyFile) -> str:
        from synthscope.services.unblinding import consent_for
        from synthscope.studies.sealing.envelope import SealedKey
        from synthscope.studies.sealing.releasing import UnblindingRequest

        write_document(path, UnblindingRequest(consent_for(study, reason), study.get("sealed", SealedKey)))
        return f"Send {path.name} to the key holders; each signs it with: synthscope study sign {path.name}"

    return verb


def take_signed(paths: Sequence[Path]) -> Verb:
    """Read what holders signed elsewhere."""

    def verb(_study: StudyFile) -> tuple[KeyRelease, ...]:
        from synthscope.studies.sealing.releasing import KeyRelease

        return tuple(read_document(path, KeyRelease) for path in paths)

    return verb


def unblind(releases: Sequence[KeyRelease], by: str) -> Verb:
    """Open the key."""

    def verb(study: StudyFile) -> None:
        from synthscope.services.unblinding import unblind_study

        unblind_study(study, releases, by)

    return verb
