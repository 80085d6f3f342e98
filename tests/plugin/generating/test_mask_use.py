"""What a run does with the mask, and what it says where there is none."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from napari_synthscope.generating.mask_use import MaskUse
from synthscope.generators.registry import find_spec


@pytest.fixture
def use(qtbot: QtBot) -> MaskUse:
    made = MaskUse()
    qtbot.addWidget(made)
    return made


def test_a_generator_that_finds_masks_says_so_and_uses_the_one_that_is_painted(use: MaskUse) -> None:
    spec = find_spec("diffedit")
    use.show_for(spec, "vary", painted=False)
    assert use.words.text().startswith("There is no mask: DiffEdit finds one")
    assert use.box.isHidden()
    use.show_for(spec, "vary", painted=True)
    assert use.isChecked()
    assert use.words.isHidden()
    use.setChecked(False)
    use.show_for(spec, "vary", painted=True)
    assert not use.isChecked(), "who has said no is not asked again"
    assert use.words.text().startswith("The painted mask is not used")


def test_others_ask_and_use_it_only_when_told(use: MaskUse) -> None:
    use.show_for(find_spec("quilt"), "vary", painted=True)
    assert not use.isChecked()
    assert use.box.text() == "Only inside the mask"
    assert use.words.isHidden()
    use.show_for(find_spec("exemplar"), "inpaint", painted=True)
    assert use.box.isHidden()
