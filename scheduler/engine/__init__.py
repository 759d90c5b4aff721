"""Spreading ticks and sending over machines: what runs where an office has workers.

`jobs.py` says what a job is, `dbos_engine.py` is the one file that knows the engine, `ticking.py`
and `mailing.py` are what the jobs do, `putting.py` and `worker.py` the two ends. The embedded mode
needs none of it. docs/adr/0016 has the reasons.
"""
