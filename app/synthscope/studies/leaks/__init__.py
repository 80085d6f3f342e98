"""The leak gate: whether arms can be told apart by what is no part of the question."""
