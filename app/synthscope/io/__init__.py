"""Files in and out: stacks, masks, documents, provenance."""
