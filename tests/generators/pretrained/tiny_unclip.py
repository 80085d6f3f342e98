"""Tiny pipelines of image embeddings, of Stable Diffusion XL, and of diffusion transformers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.generators.pretrained import tiny

from synthscope.jobs.drain import drain
from synthscope.services.pretrained import import_pretrained

LETTERS = 98
"""Pieces of the tokenizer of T5's kind."""
TIMES = 8
"""Of each of the six sizes that a Stable Diffusion XL is told."""


def stable_diffusion_xl(folder: Path, channels: int = 4) -> Any:
    """Make a Stable Diffusion XL, or with 9 channels one that was taught to fill."""
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLInpaintPipeline, StableDiffusionXLPipeline
    from transformers import CLIPTextModelWithProjection

    kind = StableDiffusionXLPipeline if channels == 4 else StableDiffusionXLInpaintPipeline
    unet = tiny.unet(
        channels, cross_attention_dim=2 * tiny.WIDTH, addition_embed_type="text_time", addition_time_embed_dim=TIMES,
        projection_class_embeddings_input_dim=6 * TIMES + tiny.WIDTH,
    )  # fmt: skip
    words = tiny.tokenizer(folder)
    return kind(
        vae=tiny.autoencoder(), text_encoder=tiny.text_encoder(), tokenizer=words, tokenizer_2=words, unet=unet,
        text_encoder_2=CLIPTextModelWithProjection(tiny.text_encoder().config),
        scheduler=EulerDiscreteScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"),
        add_watermarker=False,
    )  # fmt: skip


def stable_unclip(folder: Path) -> Any:
    """Make a Stable Diffusion that is led by image embeddings, and predicts a velocity."""
    from diffusers import DDIMScheduler, DDPMScheduler, StableUnCLIPImg2ImgPipeline
    from diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer import StableUnCLIPImageNormalizer

    return StableUnCLIPImg2ImgPipeline(
        feature_extractor=image_processor(), image_encoder=image_encoder(),
        image_normalizer=StableUnCLIPImageNormalizer(embedding_dim=tiny.WIDTH),
        image_noising_scheduler=DDPMScheduler(beta_schedule="squaredcos_cap_v2"), tokenizer=tiny.tokenizer(folder),
        text_encoder=tiny.text_encoder(), vae=tiny.autoencoder(),
        unet=tiny.unet(class_embed_type="projection", projection_class_embeddings_input_dim=2 * tiny.WIDTH),
        scheduler=DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
                                set_alpha_to_one=False, steps_offset=1, prediction_type="v_prediction"),
    )  # fmt: skip


def kandinsky(folder: Path, channels: int = 4) -> Any:
    """Make a decoder with its prior in one folder; with 9 channels one that was taught to fill."""
    from diffusers import KandinskyV22CombinedPipeline, KandinskyV22InpaintCombinedPipeline

    kind = KandinskyV22CombinedPipeline if channels == 4 else KandinskyV22InpaintCombinedPipeline
    beside = {f"prior_{name}": one for name, one in prior(folder).components.items()}
    return kind(**decoder(folder, channels).components, **beside)


def kandinsky_inpaint(folder: Path) -> Any:
    """Make one that was taught to fill, with its prior."""
    return kandinsky(folder, 9)


def decoder(folder: Path, channels: int = 4) -> Any:
    """Make a decoder alone: what makes an image of an embedding, and tells a variance beside the noise."""
    from diffusers import (
        DDPMScheduler,
        KandinskyV22InpaintPipeline,
        KandinskyV22Pipeline,
        UNet2DConditionModel,
        VQModel,
    )

    kind = KandinskyV22Pipeline if channels == 4 else KandinskyV22InpaintPipeline
    unet = UNet2DConditionModel(
        in_channels=channels, out_channels=8, sample_size=tiny.SIDE // 2, block_out_channels=(tiny.WIDTH, 64),
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"), layers_per_block=1,
        mid_block_type="UNetMidBlock2DSimpleCrossAttn", addition_embed_type="image", encoder_hid_dim=tiny.WIDTH,
        encoder_hid_dim_type="image_proj", cross_attention_dim=tiny.WIDTH, attention_head_dim=4,
        resnet_time_scale_shift="scale_shift", norm_num_groups=8,
    )  # fmt: skip
    movq = VQModel(
        block_out_channels=(32, 64), down_block_types=("DownEncoderBlock2D", "AttnDownEncoderBlock2D"),
        up_block_types=("AttnUpDecoderBlock2D", "UpDecoderBlock2D"), latent_channels=4, layers_per_block=1,
        norm_num_groups=8, norm_type="spatial", num_vq_embeddings=12, vq_embed_dim=4,
    )  # fmt: skip
    scheduler = DDPMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="linear", clip_sample=False,
                              variance_type="learned_range")  # fmt: skip
    return kind(unet=unet, scheduler=scheduler, movq=movq)


def prior(folder: Path, width: int = tiny.WIDTH) -> Any:
    """Make what turns words into an image embedding."""
    from diffusers import KandinskyV22PriorPipeline, PriorTransformer, UnCLIPScheduler
    from transformers import CLIPTextModelWithProjection

    words = tiny.text_encoder().config
    words.projection_dim = width
    network = PriorTransformer(num_attention_heads=2, attention_head_dim=16, num_layers=1, embedding_dim=width,
                               embedding_proj_dim=width)  # fmt: skip
    network.clip_std.data.fill_(1)
    return KandinskyV22PriorPipeline(
        prior=network, image_encoder=image_encoder(width), text_encoder=CLIPTextModelWithProjection(words),
        tokenizer=tiny.tokenizer(folder), image_processor=image_processor(),
        scheduler=UnCLIPScheduler(variance_type="fixed_small_log", prediction_type="sample", clip_sample_range=10.0),
    )  # fmt: skip


def image_encoder(width: int = tiny.WIDTH) -> Any:
    """Make what turns an image into numbers."""
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    return CLIPVisionModelWithProjection(CLIPVisionConfig(
        hidden_size=tiny.WIDTH, intermediate_size=37, num_attention_heads=4, num_hidden_layers=1, image_size=tiny.SIDE,
        patch_size=8, projection_dim=width,
    ))  # fmt: skip


def image_processor() -> Any:
    """Make the preparation of images, as CLIP's."""
    from transformers import CLIPImageProcessor

    return CLIPImageProcessor(size={"shortest_edge": tiny.SIDE}, crop_size={"height": tiny.SIDE, "width": tiny.SIDE})


def pixart(folder: Path, kind: str = "PixArtAlphaPipeline") -> Any:
    """Make a PixArt, which tells a variance beside the noise and reads its words by a T5."""
    import diffusers
    from transformers import T5Config, T5EncoderModel

    network = diffusers.PixArtTransformer2DModel(
        sample_size=tiny.SIDE // 2, patch_size=2, in_channels=4, out_channels=8, num_layers=2, num_attention_heads=2,
        attention_head_dim=8, cross_attention_dim=16, caption_channels=tiny.WIDTH, norm_type="ada_norm_single",
    )  # fmt: skip
    reader = T5EncoderModel(T5Config(
        vocab_size=LETTERS, d_model=tiny.WIDTH, d_kv=8, d_ff=37, num_layers=2, num_heads=4,
    ))  # fmt: skip
    return getattr(diffusers, kind)(
        tokenizer=t5_tokenizer(), text_encoder=reader, vae=tiny.autoencoder(), transformer=network,
        scheduler=diffusers.DPMSolverMultistepScheduler(),
    )  # fmt: skip


def t5_tokenizer() -> Any:
    """Make a tokenizer of T5's kind that knows single letters."""
    from transformers import T5TokenizerFast

    letters = [chr(one) for one in range(33, 127)]
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), *((one, -4.0) for one in letters)]
    return T5TokenizerFast(vocab=pieces, extra_ids=0)


def dit(folder: Path, side: int = 64, classes: int = 1000) -> Any:
    """Make a DiT with a few named classes, which tells a variance beside the noise."""
    from diffusers import DDIMScheduler, DiTPipeline, DiTTransformer2DModel

    network = DiTTransformer2DModel(
        sample_size=side // 2, patch_size=4, in_channels=4, out_channels=8, num_layers=2, num_attention_heads=2,
        attention_head_dim=8, num_embeds_ada_norm=classes,
    )  # fmt: skip
    pipeline = DiTPipeline(transformer=network, vae=tiny.autoencoder(), scheduler=DDIMScheduler())
    pipeline.register_to_config(id2label=dict(enumerate(NAMES)))
    return pipeline


NAMES = ("tench, Tinca tinca", "goldfish", "crane", "hen", "crane")
"""As the published list has them: several words of one class, and one word for two."""
MAKERS: Mapping[str, Callable[..., Any]] = {
    "stable-diffusion-xl": stable_diffusion_xl,
    "stable-unclip": stable_unclip,
    "kandinsky": kandinsky,
    "kandinsky-inpaint": kandinsky_inpaint,
    "kandinsky-decoder": decoder,
    "kandinsky-prior": prior,
    "pixart": pixart,
    "dit": dit,
}


def taken(kind: str, parent: Path, **options: Any) -> Path:
    """Save a tiny pipeline and take it in; give the folder of the model."""
    published = tiny.save(kind, parent / f"{kind}-published", **options)
    return drain(import_pretrained(published, parent / "models", kind))
