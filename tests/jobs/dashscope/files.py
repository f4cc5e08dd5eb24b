"""A file of zeros that exists only as it is read, and remembers how it was."""

import io
from typing import BinaryIO, cast


class Zeros(io.RawIOBase):
    """`size` bytes; `largest` is the largest read that was asked for, `given` the bytes handed out."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.position = 0
        self.largest = 0
        self.given = 0

    def opened(self) -> BinaryIO:
        """Itself, as the type that `open` gives."""
        return cast(BinaryIO, self)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.position = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence] + offset
        return self.position

    def read(self, size: int = -1) -> bytes:
        left = self.size - self.position
        block = bytes(left if size < 0 else min(size, left))
        self.largest = max(self.largest, size if size >= 0 else left)
        self.position += len(block)
        self.given += len(block)
        return block
