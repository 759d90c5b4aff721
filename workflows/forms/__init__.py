"""Forms: what units fill in, typed, written as files and read back."""
