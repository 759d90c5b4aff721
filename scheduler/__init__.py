"""The running program: clock, tick, timer, composition root and command line."""
