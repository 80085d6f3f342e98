"""Studies from design to report: what joins the rooms of `synthscope.studies`."""
