"""One diffusion prior for every task: trained on the user's own stack."""
