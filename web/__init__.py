"""HTTP: calendar feeds and health. Holds no rule that the CLI lacks."""
