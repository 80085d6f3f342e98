"""What the manifest names besides panels: readers, writers and sample data."""
