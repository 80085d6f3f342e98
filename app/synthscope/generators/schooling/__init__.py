"""How any network of ours learns: steps, looks at held-out data, a state that survives a kill."""
