"""Open-label expert notes: kept in the project, shown beside the numbers, exported as a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from synthscope.io.atomic import write_text
from synthscope.io.documents import read_document, write_document
from synthscope.records.project import NOTES_FORMAT, VERSION, NotesDocument
from synthscope.records.run import Note

COLUMNS = (
    "candidate", "realism", "usability", "reasons", "text", "mark_start", "mark_stop", "made", "blinding_grade",
)  # fmt: skip


def read_notes(project: Path) -> tuple[Note, ...]:
    """Read all notes of a project, oldest first."""
    path = project / "notes.json"
    if not path.exists():
        return ()
    return read_document(path, NotesDocument, format=NOTES_FORMAT, version=VERSION).notes


def add_note(project: Path, note: Note) -> tuple[Note, ...]:
    """Append a note; earlier notes on the same candidate stay."""
    notes = (*read_notes(project), note)
    write_document(project / "notes.json", NotesDocument(notes))
    return notes


def notes_table(notes: tuple[Note, ...]) -> str:
    """Write notes as CSV; all are open-label, blinding grade 0."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for note in notes:
        start = " ".join(map(str, note.mark.start)) if note.mark else ""
        stop = " ".join(map(str, note.mark.stop)) if note.mark else ""
        given = [n or "" for n in (note.realism, note.usability)]
        table.writerow([note.candidate, *given, "; ".join(note.reasons), note.text, start, stop, note.made, 0])
    return text.getvalue()


def export_notes(project: Path, path: Path) -> Path:
    """Write the notes of a project as a CSV file."""
    return write_text(path, notes_table(read_notes(project)))
