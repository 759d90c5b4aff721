"""Settings, the root of errors, translations, and the bundled data. Imports no other room."""
