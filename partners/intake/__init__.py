"""Intake: bytes of any honest export become canonical Arrow batches, and errors with row, column and value.

Pure code without Django. Everything that opens a file runs in a run's child, never in the web process.
"""
