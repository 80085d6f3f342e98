"""Fine-tuning of a pretrained pipeline on images of one's own: what is learned is a small adapter beside it."""
