"""Rater packs: written alike, read back, refused in a sentence, and scanned."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.records.study import Question, Showing
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.studies.pack.layout import MANIFEST, entry
from synthscope.studies.pack.reading import open_pack
from synthscope.studies.pack.scanning import scan_pack
from synthscope.studies.pack.writing import write_pack

SHAPE = (2, 5, 4, 1)
CODES = ("0a11", "1b22", "2c33")


@pytest.fixture
def manifest():
    trials = (Trial("t1", 1, ("1b22",)), Trial("t2", 1, ("0a11",), reference="2c33"))
    question = Question("q", "confidence", "Is this real or synthetic?", ("no", "yes"))
    return PackManifest(
        "s1", "Fibres", "real-or-synthetic", (question,), Showing(), SHAPE, CODES, (Slot("slot-1", False, trials),)
    )


def picture(code):
    return np.random.default_rng(int(code, 16)).integers(0, 64, SHAPE).astype(np.uint8)


@pytest.fixture
def pack(tmp_path, manifest):
    return write_pack(tmp_path / "study.ratepack", manifest, picture)


def rewritten(pack, change, name="other.ratepack"):
    """Copy a pack with its entries changed by `change(name, data)`; None leaves one out."""
    target = pack.with_name(name)
    with zipfile.ZipFile(pack) as source, zipfile.ZipFile(target, "w") as file:
        for info in source.infolist():
            data = change(info.filename, source.read(info))
            if data is not None:
                file.writestr(entry(info.filename), data)
    return target


def with_field(pack, field, value):
    def change(name, data):
        return json.dumps(json.loads(data) | {field: value}) if name == MANIFEST else data

    return rewritten(pack, change)


def test_what_was_written_is_read(pack, manifest):
    with open_pack(pack) as opened:
        assert opened.manifest == manifest
        for code in CODES:
            np.testing.assert_array_equal(opened.picture(code), picture(code))


def test_the_same_content_gives_the_same_bytes(pack, manifest):
    assert write_pack(pack.with_name("again"), manifest, picture).read_bytes() == pack.read_bytes()


def test_an_unknown_code_is_refused(pack):
    with open_pack(pack) as opened, pytest.raises(InputError, match="no picture 'ffff'"):
        opened.picture("ffff")


@pytest.mark.parametrize("wrong", [np.zeros((2, 5, 5, 1), np.uint8), np.zeros(SHAPE, np.uint16)])
def test_a_picture_that_differs_from_the_others_is_refused_and_nothing_is_left(tmp_path, manifest, wrong):
    with pytest.raises(InputError, match="Picture 0a11 is"):
        write_pack(tmp_path / "p.ratepack", manifest, lambda _: wrong)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"codes": CODES[::-1]}, "not sorted"),
        ({"codes": CODES[:2]}, "shows '2c33'"),
        ({"codes": ("../x", *CODES)}, "no word of letters"),
        ({"shape": (2, 5, 4, 2)}, "cannot be shown"),
        ({"slots": (Slot("a", False, (Trial("t", 1, ("0a11",)), Trial("t", 1, ("0a11",)))),)}, "comes twice"),
    ],
)
def test_a_manifest_that_contradicts_itself_is_refused(tmp_path, manifest, change, sentence):
    with pytest.raises(InputError, match=sentence):
        write_pack(tmp_path / "p.ratepack", replace(manifest, **change), picture)


def test_a_missing_file_and_one_that_is_no_zip(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        open_pack(tmp_path / "none.ratepack")
    (tmp_path / "text").write_text("no zip")
    with pytest.raises(FileError, match="no rater pack, or is damaged"):
        open_pack(tmp_path / "text")


def test_a_torn_pack_is_refused(pack):
    pack.write_bytes(pack.read_bytes()[:-40])
    with pytest.raises(FileError, match="damaged"):
        open_pack(pack)


def test_a_changed_pixel_is_noticed(pack):
    data = bytearray(pack.read_bytes())
    data[data.index(picture("1b22").tobytes()) + 3] ^= 1
    pack.write_bytes(data)
    with open_pack(pack) as opened, pytest.raises(DocumentError, match="picture 1b22 cannot be read"):
        opened.picture("1b22")


def test_another_zip_is_no_pack(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        file.writestr("a.txt", "a")
    with pytest.raises(DocumentError, match=r"holds no pack\.json"):
        open_pack(tmp_path / "x.zip")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("version", 2, "newer Synthscope"),
        ("format", "synthscope/recipe", "is no rater pack"),
        ("shape", [1, 5, 4, 1], "has 40 bytes where 20 are expected"),
        ("slots", 3, "is damaged"),
        ("more", 1, "is damaged"),
    ],
)
def test_a_pack_of_another_kind_is_refused(pack, field, value, sentence):
    with pytest.raises(DocumentError, match=sentence):
        open_pack(with_field(pack, field, value))


def test_a_missing_picture_is_named(pack):
    with pytest.raises(DocumentError, match="picture 1b22 is missing"):
        open_pack(rewritten(pack, lambda name, data: None if "1b22" in name else data))


def test_a_clean_pack_has_no_findings(pack):
    assert scan_pack(pack, ["real", "synthetic", "Diffusion-7", "/data/specimen", "case 12", ""]) == ()


def test_words_are_found_in_manifest_and_pictures(pack):
    assert scan_pack(with_field(pack, "title", "Diffusion-7 tested"), ["diffusion-7"]) == (
        "The manifest holds 'diffusion-7'.",
    )
    assert scan_pack(with_field(pack, "study", "real-1"), ["real"]) == ("The manifest holds 'real'.",)
    hidden = rewritten(pack, lambda name, data: b"DIFFUSION" + data[9:] if "0a11" in name else data)
    assert scan_pack(hidden, ["diffusion"]) == ("The bytes of pictures/0a11 hold 'diffusion'.",)


def test_times_sizes_order_and_strangers_are_found(pack):
    target = pack.with_name("odd.ratepack")
    with zipfile.ZipFile(pack) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for info in reversed(source.infolist()):
            file.writestr(zipfile.ZipInfo(info.filename, (2026, 1, 2, 3, 4, 6)), source.read(info))
        file.writestr("pictures/0a11.txt", "a", zipfile.ZIP_DEFLATED)
        file.comment = b"by model 3"
    found = " ".join(scan_pack(target, []))
    for part in ("does not belong", "differ in their number", "a time of its own", "is compressed", "comment"):
        assert part in found
    assert "order" in " ".join(scan_pack(_reversed(pack), []))


def _reversed(pack):
    target = pack.with_name("reversed.ratepack")
    with zipfile.ZipFile(pack) as source, zipfile.ZipFile(target, "w") as file:
        for info in reversed(source.infolist()):
            file.writestr(entry(info.filename), source.read(info))
    return target
