from pathlib import Path

from synthscope.io.layout import RawLayout
from synthscope.io.raw_memory import recall_layout, remember_layout


def test_layout_is_recalled_for_its_folder_only(tmp_path: Path) -> None:
    memory = tmp_path / "deep" / "memory.json"
    layout = RawLayout((3, 4, 5), "uint16", "big", 512)
    remember_layout(tmp_path / "a", RawLayout((1, 2)), memory)
    remember_layout(tmp_path / "a", layout, memory)
    assert recall_layout(tmp_path / "b" / ".." / "a", memory) == layout
    assert recall_layout(tmp_path / "b", memory) is None


def test_damaged_memory_remembers_nothing_and_is_mended(tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"
    memory.write_text('{"format": "synthscope/raw-layouts", "version": 1, "folders": {"a": {"shape": [0]}}}')
    assert recall_layout(tmp_path, memory) is None
    remember_layout(tmp_path, RawLayout((1, 2)), memory)
    assert recall_layout(tmp_path, memory) == RawLayout((1, 2))
