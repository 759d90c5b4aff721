"""Targets: what each unit and the province have to reach, and what of it is reached."""
