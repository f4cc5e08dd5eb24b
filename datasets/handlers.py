"""Receives the file of a form straight into the storage: written once, hashed on the way, gone unless it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from datasets import storing
from datasets.storing import FileTooLarge, Incoming, StorageFull


class IncomingFile(UploadedFile):  # type: ignore[type-arg]  # at run time it takes none
    """The file of a form. `trouble` says why it could not be received; Django closes it when the answer is sent."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.size = 0
        self.incoming: Incoming | None = None
        self.trouble: FileTooLarge | StorageFull | None = None
        self._guard(self._start)

    def receive(self, chunk: bytes) -> None:
        """Take the next bytes; after a trouble they are only counted, so that the form can be read to its end."""
        self.size = (self.size or 0) + len(chunk)
        incoming = self.incoming
        if incoming is not None:
            self._guard(lambda: incoming.write(chunk))

    def take(self) -> Incoming:
        """The bytes, for one who keeps them. Raises the trouble if there was one."""
        if self.incoming is None:
            raise self.trouble or StorageFull
        return self.incoming

    def close(self) -> None:
        if self.incoming is not None:
            self.incoming.discard()

    def _start(self) -> None:
        self.incoming = storing.Incoming()

    def _guard(self, step: Callable[[], None]) -> None:
        try:
            step()
        except (FileTooLarge, StorageFull) as trouble:
            self.trouble = trouble
            self.close()
            self.incoming = None


class IncomingHandler(FileUploadHandler):
    """Set it on a request before anything reads `request.POST`."""

    file: IncomingFile | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = IncomingFile(self.file_name or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.file is not None:
            self.file.receive(raw_data)

    def file_complete(self, file_size: int) -> IncomingFile | None:
        return self.file

    def upload_interrupted(self) -> None:
        if self.file is not None:
            self.file.close()
