"""Images made from what an image means (its CLIP embedding): variations, and what words lead them to."""
