"""The pretrained pipelines that generators of this program work with.

No size and no hash stands here: the hub tells both when it is asked, and every file is held to them. Numbers of
parameters are those that publishers give, or their files' sizes divided by the bytes of a number. Licences and the
state upstream are as their pages said at the date of `Checkpoint.seen`; `Checkpoint.unverified` names what was
not read.
"""

from __future__ import annotations

from synthscope.errors import Unavailable
from synthscope.records.checkpoint import Checkpoint

_MILLION = 10**6
_LAION = "photographs and pictures of the web with their captions (LAION)"
_STABLE = ("stable-diffusion", "sd-inpaint", "controlnet-canny", "controlnet-inpaint", "ledits-pp", "diffedit")
_UNDATED = "A stored copy of its page was read, without a date."
_MIRROR = "Runway removed the original in 2024; this mirror is kept by the community."


def _by_hand(repository: str) -> str:
    return f"the repository {repository} at https://huggingface.co/{repository}, as a folder, then import it"


PIPELINES: tuple[Checkpoint, ...] = (
    Checkpoint(
        "sd-1.5", "Stable Diffusion 1.5", _STABLE, ("text to image", "variation", "inpainting", "editing"),
        "stable-diffusion-v1-5/stable-diffusion-v1-5", "CreativeML OpenRAIL-M", 1067 * _MILLION, _LAION, _MIRROR,
        _by_hand("stable-diffusion-v1-5/stable-diffusion-v1-5"), "Rombach et al. 2022", seen="2025-01",
    ),
    Checkpoint(
        "sd-inpainting", "Stable Diffusion inpainting", ("sd-inpaint", "controlnet-inpaint"), ("inpainting",),
        "stable-diffusion-v1-5/stable-diffusion-inpainting", "CreativeML OpenRAIL-M", 1067 * _MILLION, _LAION, _MIRROR,
        _by_hand("stable-diffusion-v1-5/stable-diffusion-inpainting"), "Rombach et al. 2022", seen="2024-10",
        unverified=("licence",),
    ),
    Checkpoint(
        "sd-controlnet-canny", "ControlNet of Canny edges, for Stable Diffusion 1.5",
        ("controlnet-canny", "controlnet-inpaint"), ("translation", "control by edges"),
        "lllyasviel/sd-controlnet-canny", "OpenRAIL", 361 * _MILLION, "edges of photographs, with captions",
        "The original repository is there.", _by_hand("lllyasviel/sd-controlnet-canny"), "Zhang et al. 2023",
        seen="2025", part="controlnet",
    ),
    Checkpoint(
        "controlnet-inpaint", "ControlNet of holes, for Stable Diffusion 1.5", ("controlnet-inpaint",),
        ("inpainting",), "lllyasviel/control_v11p_sd15_inpaint", "OpenRAIL", 361 * _MILLION,
        "photographs with holes, with captions", "Not looked at.", _by_hand("lllyasviel/control_v11p_sd15_inpaint"),
        "Zhang et al. 2023", part="controlnet", unverified=("licence", "parameters", "trained_on", "upstream"),
    ),
    Checkpoint(
        "instruct-pix2pix", "InstructPix2Pix", ("instruct-pix2pix",), ("editing", "translation", "instruction"),
        "timbrooks/instruct-pix2pix", "MIT", 1067 * _MILLION,
        "pairs of pictures made by Stable Diffusion from instructions that GPT-3 wrote", "Not looked at.",
        _by_hand("timbrooks/instruct-pix2pix"), "Brooks et al. 2023", unverified=("licence", "upstream"),
    ),
    Checkpoint(
        "sdxl-instruct-pix2pix", "InstructPix2Pix of Stable Diffusion XL, 768 px", ("instruct-pix2pix",),
        ("editing", "translation", "instruction"), "diffusers/sdxl-instructpix2pix-768", "OpenRAIL++", 3470 * _MILLION,
        "pairs of pictures with instructions", "Not looked at.", _by_hand("diffusers/sdxl-instructpix2pix-768"),
        "Brooks et al. 2023; Podell et al. 2023", unverified=("licence", "parameters", "trained_on", "upstream"),
    ),
    Checkpoint(
        "stable-unclip", "Stable unCLIP 2.1", ("stable-unclip",), ("variation", "text to image"),
        "sd2-community/stable-diffusion-2-1-unclip", "OpenRAIL++", 1920 * _MILLION, _LAION,
        "Stability AI removed Stable Diffusion 2 in November 2025; whether the mirror has this model was not seen.",
        _by_hand("sd2-community/stable-diffusion-2-1-unclip"), "Ramesh et al. 2022; Rombach et al. 2022",
        gate="removed", seen="2026-01", unverified=("hub", "parameters"),
    ),
    Checkpoint(
        "kandinsky-2.2", "Kandinsky 2.2, decoder", ("kandinsky-2.2",), ("text to image", "variation"),
        "kandinsky-community/kandinsky-2-2-decoder", "Apache-2.0", 1300 * _MILLION,
        "pictures of the web with captions", _UNDATED + " It needs kandinsky-2.2-prior.",
        _by_hand("kandinsky-community/kandinsky-2-2-decoder"), "Razzhigaev et al. 2023",
        unverified=("parameters", "trained_on"),
    ),
    Checkpoint(
        "kandinsky-2.2-inpaint", "Kandinsky 2.2, decoder for holes", ("kandinsky-2.2",), ("inpainting",),
        "kandinsky-community/kandinsky-2-2-decoder-inpaint", "Apache-2.0", 1300 * _MILLION,
        "pictures of the web with captions", _UNDATED + " It needs kandinsky-2.2-prior.",
        _by_hand("kandinsky-community/kandinsky-2-2-decoder-inpaint"), "Razzhigaev et al. 2023",
        unverified=("parameters", "trained_on"),
    ),
    Checkpoint(
        "kandinsky-2.2-prior", "Kandinsky 2.2, prior", ("kandinsky-2.2",), ("text to image", "variation", "inpainting"),
        "kandinsky-community/kandinsky-2-2-prior", "Apache-2.0", 3540 * _MILLION,
        "pictures of the web with captions", "The cards of the decoders name it.",
        _by_hand("kandinsky-community/kandinsky-2-2-prior"), "Razzhigaev et al. 2023", part="prior",
        unverified=("licence", "parameters", "trained_on", "upstream"),
    ),
    Checkpoint(
        "sdxl-base", "Stable Diffusion XL 1.0", ("sdxl-inpaint",), ("variation", "inpainting"),
        "stabilityai/stable-diffusion-xl-base-1.0", "OpenRAIL++", 3470 * _MILLION,
        "pictures of the web with captions", _UNDATED, _by_hand("stabilityai/stable-diffusion-xl-base-1.0"),
        "Podell et al. 2023", unverified=("parameters", "trained_on"),
    ),
    Checkpoint(
        "sdxl-inpainting", "Stable Diffusion XL inpainting 0.1", ("sdxl-inpaint",), ("inpainting",),
        "diffusers/stable-diffusion-xl-1.0-inpainting-0.1", "OpenRAIL++", 3470 * _MILLION,
        "pictures of the web with captions, then with holes", "The original repository is there.",
        _by_hand("diffusers/stable-diffusion-xl-1.0-inpainting-0.1"), "Podell et al. 2023", seen="2025",
        unverified=("trained_on",),
    ),
    Checkpoint(
        "pixart-alpha", "PixArt-alpha, 1024 px", ("pixart",), ("text to image",), "PixArt-alpha/PixArt-XL-2-1024-MS",
        "OpenRAIL++", 5450 * _MILLION, "25 million pictures, with captions that a network wrote anew",
        _UNDATED, _by_hand("PixArt-alpha/PixArt-XL-2-1024-MS"),
        "Chen et al. 2023", unverified=("parameters",),
    ),
    Checkpoint(
        "pixart-sigma", "PixArt-sigma, 1024 px", ("pixart",), ("text to image",),
        "PixArt-alpha/PixArt-Sigma-XL-2-1024-MS", "OpenRAIL++", 5450 * _MILLION,
        "pictures with captions that a network wrote anew", _UNDATED,
        _by_hand("PixArt-alpha/PixArt-Sigma-XL-2-1024-MS"), "Chen et al. 2024",
        unverified=("parameters", "trained_on"),
    ),
    Checkpoint(
        "dit-xl-2-256", "DiT-XL/2, 256 px", ("dit",), ("class to image",), "facebook/DiT-XL-2-256", "CC-BY-NC-4.0",
        833 * _MILLION, "ImageNet: photographs of 1000 classes",
        "The original repository is there; its main branch may hold pickled weights alone, which are refused.",
        _by_hand("facebook/DiT-XL-2-256"), "Peebles & Xie 2023", gate="non-commercial", seen="2025",
        unverified=("parameters",),
    ),
)  # fmt: skip


def find_checkpoint(wanted: str) -> Checkpoint:
    """Give the card of an id.

    Raises
    ------
    Unavailable
        If the catalogue has none of that name.
    """
    found = next((one for one in PIPELINES if one.id == wanted), None)
    if found is None:
        known = ", ".join(one.id for one in PIPELINES)
        raise Unavailable(f"There is no pretrained model {wanted!r} in the catalogue; choose one of {known}.")
    return found


def search_checkpoints(words: str = "", *, open_only: bool = False) -> tuple[Checkpoint, ...]:
    """Give the checkpoints in which each word is found: in name, task, generator, licence or what stands before it."""
    wanted = words.casefold().split()
    return tuple(
        one for one in PIPELINES
        if (one.is_open or not open_only) and all(word in _text(one) for word in wanted)
    )  # fmt: skip


def _text(one: Checkpoint) -> str:
    told = (one.id, one.title, *one.serves, *one.tasks, one.hub, one.licence, one.gate, one.part, one.trained_on)
    return " ".join(told).casefold()
