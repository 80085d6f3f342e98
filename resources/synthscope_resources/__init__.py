"""Icons, themes and schemas."""
