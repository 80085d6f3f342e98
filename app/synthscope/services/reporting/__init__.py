"""The report card as files: tables, a page for people, a document for programs; nothing is computed here."""
