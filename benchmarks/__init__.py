"""`make bench`: speed and memory as ratios to a named reference measured in the same run."""
