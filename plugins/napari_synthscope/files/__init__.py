"""Opening and saving files, for every panel."""
