"""The history of the tables of the server, one step for each version."""
