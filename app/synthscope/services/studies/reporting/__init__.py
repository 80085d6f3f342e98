"""The report of a study: one page, its Markdown, and all estimates as a table."""
