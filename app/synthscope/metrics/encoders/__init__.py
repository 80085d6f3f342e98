"""Features of pictures by filters and networks: what sets of images are compared by."""
