"""A local stand-in for DashScope's fine-tuning service: a program of its own that knows nothing of the portal.

What it does and which options it has: `python -m sandbox --help` and docs/sandbox.md.
"""
