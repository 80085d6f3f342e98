"""Pretrained models from a server that plays the hub: agreed to, whole, verified, and gone on with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.services.hub_server import COMMIT, Hub, pipeline_files, serving

from synthscope.errors import DocumentError, FileError, InputError, WorkError
from synthscope.io.models import read_card
from synthscope.jobs.drain import drain
from synthscope.records import pipeline_catalogue
from synthscope.records.pipeline_catalogue import find_checkpoint
from synthscope.services import fetching_pretrained, pretrained
from synthscope.services.fetching_pretrained import arriving_folder, fetch_pretrained
from synthscope.services.models import verify_model

WEIGHTS = "unet/diffusion_pytorch_model.safetensors"
HALF = "unet/diffusion_pytorch_model.fp16.safetensors"


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path: Path) -> Path:
    for module in (pretrained, fetching_pretrained):
        monkeypatch.setattr(module, "user_models", lambda: tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def hub(monkeypatch) -> Iterator[Hub]:
    with serving(Hub(find_checkpoint("sd-1.5").hub)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address + "/")
        yield hub


def fetch(name: str = "sd-1.5", **told: bool) -> Path:
    return drain(fetch_pretrained(name, **{"consent": True, **told}))


def test_a_pipeline_comes_whole_verified_and_with_its_terms(hub: Hub, home: Path) -> None:
    folder = fetch()
    card = verify_model(folder)
    assert folder == home / "sd-1.5"
    assert {file.name for file in card.files} == {
        "model_index.json", "scheduler/scheduler_config.json", "unet/config.json", WEIGHTS,
    }  # fmt: skip
    assert (folder / "pipeline" / WEIGHTS).read_bytes() == hub.files[WEIGHTS]
    assert (card.licence, card.source) == ("CreativeML OpenRAIL-M", f"{hub.repository}@{COMMIT}")
    assert card.agreement.startswith("CreativeML OpenRAIL-M, agreed to on 20")
    assert card.can_serve("sd-inpaint")
    assert not arriving_folder(find_checkpoint("sd-1.5")).exists()
    assert not any(path.endswith((".ckpt", ".bin", "README.md")) for path, _ in hub.asked)
    assert not any("fp16" in path or "safety" in path for path, _ in hub.asked)


def test_no_token_is_ever_sent(hub: Hub, monkeypatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    fetch()
    assert hub.headers
    assert not any("hf_secret" in value for headers in hub.headers for value in headers.values())
    assert not any(name.casefold() in ("authorization", "cookie") for headers in hub.headers for name in headers)


def test_half_precision_is_kept_under_the_plain_name(hub: Hub) -> None:
    folder = fetch(half=True)
    assert (folder / "pipeline" / WEIGHTS).read_bytes() == hub.files[HALF]
    assert not any(path.endswith("model.safetensors") for path, _ in hub.asked)


def test_nothing_is_asked_without_consent(hub: Hub, home: Path) -> None:
    with pytest.raises(InputError, match=r"about 4\.27 GB \(2\.13 GB in half precision\).*Nothing is fetched without"):
        drain(fetch_pretrained("sd-1.5", consent=False))
    assert hub.asked == []
    assert not home.exists()


def test_a_licence_that_forbids_commerce_is_agreed_to_on_its_own(hub: Hub, home: Path) -> None:
    hub.repository = find_checkpoint("dit-xl-2-256").hub
    hub.files = pipeline_files("DiTPipeline")
    with pytest.raises(InputError, match=r"CC-BY-NC-4\.0 \(not for commercial use\).*--accept-licence"):
        fetch("dit-xl-2-256")
    assert hub.asked == []
    assert not home.exists()
    folder = fetch("dit-xl-2-256", licence_accepted=True)
    assert read_card(folder).agreement.startswith("CC-BY-NC-4.0, agreed to on 20")


def test_what_needs_a_sign_in_is_had_by_hand(hub: Hub, monkeypatch) -> None:
    gated = replace(find_checkpoint("sd-1.5"), id="gated", gate="gated")
    monkeypatch.setattr(pipeline_catalogue, "PIPELINES", (gated,))
    with pytest.raises(InputError, match=r"gated: sign in at the hub and accept\); get the repository .* import it"):
        fetch("gated", licence_accepted=True)
    assert hub.asked == []


def test_a_broken_transfer_goes_on_with_the_same_commit(hub: Hub, home: Path) -> None:
    hub.breaks_after = 8000
    with pytest.raises(WorkError, match="goes on from there"):
        fetch()
    assert not (home / "sd-1.5").exists()
    hub.breaks_after = 0
    hub.asked.clear()
    folder = fetch()
    assert (folder / "pipeline" / WEIGHTS).read_bytes() == hub.files[WEIGHTS]
    assert (f"/store/{WEIGHTS}", "bytes=8000-") in hub.asked
    assert not any("/revision/" in path or path.endswith("unet/config.json") for path, _ in hub.asked)


def test_a_job_that_is_closed_at_any_event_leaves_no_half_model(hub: Hub, home: Path) -> None:
    for n in range(1, 200):
        job = fetch_pretrained("sd-1.5", consent=True)
        try:
            for _ in range(n):
                next(job)
        except StopIteration:
            break
        job.close()
        assert [path.name for path in home.iterdir()] == [".arriving"]
    else:
        pytest.fail("the job never ended")
    assert n > 3
    assert verify_model(home / "sd-1.5").parameters == 5000
    assert list(home.glob(".partial-*")) == []


@pytest.mark.parametrize("name", [WEIGHTS, "unet/config.json"])
def test_another_file_than_promised_is_deleted(hub: Hub, home: Path, name: str) -> None:
    hub.lies = name
    hub.files["unet/config.json"] += b"    "
    with pytest.raises(InputError, match=f"{name} came with the hash .* where the hub promised"):
        fetch()
    assert not (home / "sd-1.5").exists()
    assert not any(Path(name).name in path.name for path in home.rglob("*") if path.is_file())
    hub.lies = ""
    assert verify_model(fetch()).parameters == 5000


@pytest.mark.parametrize(
    ("status", "words"), [(401, "asks for a sign-in, which"), (404, "does not have it any more"), (403, "refuses it")]
)
def test_a_refusal_names_the_remedy(hub: Hub, home: Path, status: int, words: str) -> None:
    hub.status = status
    with pytest.raises(InputError, match=f"{words}.*import"):
        fetch()
    assert not (home / "sd-1.5").exists()


def test_pickles_alone_are_refused_before_they_come(hub: Hub) -> None:
    del hub.files[WEIGHTS], hub.files[HALF]
    with pytest.raises(DocumentError, match="unet has its weights as a pickled checkpoint alone"):
        fetch()
    assert not any(path.endswith(".bin") for path, _ in hub.asked)


def test_a_missing_component_is_named(hub: Hub) -> None:
    del hub.files["scheduler/scheduler_config.json"]
    with pytest.raises(FileError, match="lacks its component scheduler"):
        fetch()


@pytest.mark.parametrize("name", ["unet/../../../evil.json", "/evil.json", "unet\\..\\evil.json", "unet/.hidden.json"])
def test_names_that_could_leave_the_folder_are_never_asked_for(hub: Hub, tmp_path: Path, name: str) -> None:
    hub.also = [{"type": "file", "path": name, "size": 2, "oid": "0" * 40}]
    fetch()
    assert not any("evil" in path or "hidden" in path for path, _ in hub.asked)
    assert not list(tmp_path.rglob("*evil*"))


def test_a_component_whose_name_leaves_the_folder_is_refused(hub: Hub, tmp_path: Path) -> None:
    index = json.loads(hub.files["model_index.json"])
    hub.files["model_index.json"] = json.dumps(index | {"../../evil": ["diffusers", "UNet2DConditionModel"]}).encode()
    with pytest.raises(FileError, match=r"lacks its component \.\./\.\./evil"):
        fetch()
    assert {path.name for path in tmp_path.iterdir()} == {"models"}


def test_an_answer_that_is_none_is_refused(hub: Hub) -> None:
    hub.commit = "no commit"
    with pytest.raises(DocumentError, match="names no commit"):
        fetch()


def test_a_model_that_is_here_is_not_fetched_over(hub: Hub) -> None:
    fetch()
    hub.asked.clear()
    with pytest.raises(InputError, match=r"'sd-1\.5' is there already"):
        fetch()
    assert hub.asked == []
