"""Step 7, Study: design, freeze, collect, analyse."""
