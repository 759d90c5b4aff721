"""Official documents that go out: the circular (通报) and the supervision notice (督办通知), .docx.

They only write what they are given: who is behind, and since when, is the caller's to say.
"""
