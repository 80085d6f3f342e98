"""Step 7, Study: what people say of the images, asked blinded."""
