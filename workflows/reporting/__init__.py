"""Reports, rankings and supervision notices: what was reached, by whom and when."""
