"""Drafts a declaration from a plan document, by rules: what is read, how sure that is, what is
asked. Rules are of the language, never of one plan."""
