"""The rules of a training file once more: slow, obvious, and knowing nothing of `datasets`.

`oracle(data)` holds the whole file in memory and loops over it. It says only which codes a file gets on which lines;
columns, words and excerpts have tests of their own.
"""

from tests.datasets.oracle.whole_file import Said, oracle

__all__ = ["Said", "oracle"]
