"""Changes of a running campaign: what differs, what it touches, who has to decide, what is done.

Each difference between what is in force and a new declaration is safe, or needs a decision. Nothing
is written here but by `workflows.applying`, in one transaction.
"""
