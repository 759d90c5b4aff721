"""Supervision notices (督办): drafted and released by people, numbered, kept as drafted."""
