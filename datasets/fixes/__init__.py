"""Fixes for a whole file that a machine can make safely: each makes some lines right and no right line wrong.

catalog       which there are, in their order, and which a dataset is offered
encoding      UTF-16 or UTF-32 into UTF-8
splitting     one JSON array, or objects over many lines, into one object a line
conversions   a line of one format into another
pipeline      all that were chosen, in one pass: bytes in, bytes out
applying      the pass over a dataset: to show what it would change, or to make the next version
"""
