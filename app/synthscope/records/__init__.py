"""What things are: frozen dataclasses; numpy and the standard library only."""
