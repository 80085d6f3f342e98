"""What a file does not say is asked here: axes, data set, RAW layout, voxel size, slices, a base."""
