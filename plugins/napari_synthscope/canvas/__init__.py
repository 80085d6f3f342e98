"""napari's layers and our images: both ways, where things lie in the world, what is drawn over them."""
