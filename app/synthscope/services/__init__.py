"""Use cases: compose the rooms below, return jobs; the project folder."""
