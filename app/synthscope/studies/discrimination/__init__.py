"""Can real and synthetic be told apart: sensitivity, error rates, ROC, crossed readers and cases, sizes."""
