"""The worker's composition root, in processes of its own."""

from __future__ import annotations

import subprocess
import sys
import threading

import psutil
import pytest

from synthscope import worker
from synthscope.errors import InputError, Unavailable
from synthscope.jobs.drain import drain
from synthscope.jobs.messages import Failed, Finished, Ready
from synthscope.jobs.supervisor import WorkerProcess


def run_python(script):
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def answered(tmp_path):
    """The program's own worker; gives the ending of one job."""
    heard, there = [], threading.Event()

    def listen(message):
        heard.append(message)
        if isinstance(message, Finished | Failed):
            there.set()

    process = WorkerProcess(on_message=listen, scratch=tmp_path / "scratch")

    def ask(kind, payload):
        process.submit(kind, payload)
        assert there.wait(120), process.diagnostics()
        return heard

    yield ask
    process.close()


def test_importing_the_worker_imports_nothing_large():
    script = "import sys, synthscope.worker; print(*sys.modules)"
    loaded = {name.partition(".")[0] for name in run_python(script).split()}
    large = {"torch", "torchvision", "diffusers", "napari", "qtpy", "PySide6", "skimage", "scipy", "dask", "zarr"}
    assert not loaded & large


def test_wait_policy_is_set_before_anything_is_imported():
    script = (
        "import os, sys; os.environ.pop('OMP_WAIT_POLICY', None)\n"
        "class Watch:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'numpy': print(os.environ.get('OMP_WAIT_POLICY'))\n"
        "sys.meta_path.insert(0, Watch()); import synthscope.worker"
    )
    assert run_python(script) == "passive"


def test_worker_says_what_it_is_and_lists_devices(answered, monkeypatch, tmp_path):
    # A module of that name in the folder the user works in must not be taken for the real one.
    (tmp_path / "numpy.py").write_text("raise SystemExit('wrong numpy')")
    monkeypatch.chdir(tmp_path)
    heard = answered("devices", {})
    assert isinstance(heard[0], Ready)
    assert heard[0].capabilities == worker.capabilities()
    result = heard[-1].result
    assert result["torch"]
    assert result["problem"] == ""
    assert result["memory"] == psutil.virtual_memory().total
    assert result["devices"][0]["id"] == "cpu"
    assert all(set(d) == {"id", "name", "memory", "memory_free"} for d in result["devices"])


def test_weights_are_converted_in_the_worker(answered, tmp_path):
    import torch

    from synthscope.io.weights import verified_weights
    from synthscope.metrics.paired.backbones import Features
    from synthscope.services.weights import remove_weights

    torch.save(Features("squeeze").state_dict(), tmp_path / "mine.pth")
    payload = {"path": str(tmp_path / "mine.pth"), "weights": "squeezenet-features"}
    heard = answered("import-weights", payload)
    assert heard[-1].result == {"weights": "squeezenet-features", "trust": "first use"}
    assert verified_weights("squeezenet-features")[1].converted
    remove_weights("squeezenet-features")


@pytest.mark.parametrize("consent", [None, False, "yes", 1])
def test_the_worker_fetches_nothing_without_consent(consent):
    with pytest.raises(InputError, match="Nothing is fetched without consent"):
        drain(worker.fetch_weights({"weights": "squeezenet-features", "consent": consent}, None))


def test_unknown_work_is_a_sentence_that_names_what_is_known(answered):
    failure = answered("fly", {})[-1]
    assert failure.error == "InputError"
    assert "'fly'" in failure.sentence
    assert "devices" in failure.sentence


def test_devices_are_listed_without_torch_too(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    result = drain(worker.devices({}, None))
    assert result["torch"] == ""
    assert "PyTorch does not load" in result["problem"]
    assert [device["id"] for device in result["devices"]] == ["cpu"]


def test_unknown_generator_is_a_sentence():
    with pytest.raises(Unavailable, match="no generator 'nothing'"):
        worker.resolve("nothing")


def test_torchvision_lpips_and_diffusers_import_after_the_mend():
    script = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "from synthscope.worker import mend_torchvision\n"
        "assert mend_torchvision() is mend_torchvision()\n"
        "import torchvision.models, lpips\n"
        "from diffusers import UNet2DModel\n"
        "print('imported')"
    )
    assert run_python(script) == "imported"


def test_nothing_is_mended_where_torchvision_is_imported_already():
    script = (
        "import sys, types; sys.modules['torchvision'] = types.ModuleType('torchvision')\n"
        "from synthscope.worker import mend_torchvision\n"
        "print(mend_torchvision(), 'torch' in sys.modules)"
    )
    assert run_python(script) == "None False"


def test_scratch_folder_of_its_own_is_removed_at_the_end(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    command = [sys.executable, "-m", "synthscope.worker"]
    done = subprocess.run(command, check=False, input=b"", capture_output=True)
    assert done.returncode == 0
    assert b'"say":"ready"' in done.stdout
    assert list(tmp_path.iterdir()) == []
