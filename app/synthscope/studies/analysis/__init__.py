"""The analysis of a study: its statistics joined by paradigm, blind under letters or with the truth."""
