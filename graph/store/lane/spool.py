"""Where an answer is written while it grows: memory first, then the file the front gave, never past the cap."""

import os


class Full(Exception):
    """The answer is longer than it may be; `cap` in bytes."""

    def __init__(self, cap: int) -> None:
        super().__init__(cap)
        self.cap = cap


class NoRoom(Exception):
    """The disk would not take the answer."""


class Spool:
    """A binary writer for the engine's serializers. `file` is a descriptor, empty and at its start."""

    def __init__(self, file: int, inline: int, cap: int) -> None:
        self._file, self._inline, self._cap = file, inline, cap
        self._parts: list[bytes] = []
        self.length, self.spilled = 0, False

    def write(self, data: bytes) -> int:
        """Take the next bytes; `Full` past the cap."""
        self.length += len(data)
        if self.length > self._cap:
            raise Full(self._cap)
        if not self.spilled:
            self._parts.append(bytes(data))
            if self.length <= self._inline:
                return len(data)
            self.spilled = True
            self._put(b"".join(self._parts))
            self._parts.clear()
        else:
            self._put(data)
        return len(data)

    def flush(self) -> None:
        """Part of what a writer is; every byte is already where it belongs."""

    def body(self) -> bytes:
        """The answer, where it stayed in memory."""
        return b"".join(self._parts)

    def _put(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            raise NoRoom from error
