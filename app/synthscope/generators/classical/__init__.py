"""Classical generators: honest baselines, texture synthesis, the spectrum control."""
