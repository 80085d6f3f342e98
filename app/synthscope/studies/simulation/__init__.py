"""Raters of stated ability: dry runs of any study, and its power before anybody is asked."""
