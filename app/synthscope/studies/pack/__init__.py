"""The rater pack: one zip of pictures under codes, with questions and schedules and no label."""
