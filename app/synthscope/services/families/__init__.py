"""Comparing families: the same stack, the same budget, several generators, one table and one grid."""
