"""Make images."""
