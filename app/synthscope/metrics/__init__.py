"""Judge images: features, statistics, scores."""
