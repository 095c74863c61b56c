"""How waitress talks for us: a 304 leaves the connection open, a short answer is one packet, who asks on is heard."""

import select
import time
from collections.abc import Mapping
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import WSGITask

ONE_PACKET = 64 << 10  # bytes of a body that are sent together with the head; copying more costs more than a call
SOON_MS = 5  # who asks in a loop asks again within this; waiting for it costs less than two changes of threads


class KeptTask(WSGITask):  # type: ignore[misc]  # waitress has no types
    """One request.

    waitress ends every connection whose answer has no Content-Length, also where an answer has no body by its nature
    (RFC 9112 §6.3: 204 and 304); a reader who comes back for a page that has not changed would connect anew each time.
    """

    wrote_header: bool = False
    _building = False

    def service(self) -> None:
        """Answer the request, and those that follow on the same connection without a pause."""
        super().service()
        while not self.close_on_finish and (request := self.channel.next_request()) is not None:
            channel = self.channel
            self.request.close()
            self.__dict__.clear()  # all that a task knows of one request; what it is before one, its class says
            self.__init__(channel, request)  # type: ignore[misc]
            super().service()

    def build_response_header(self) -> Any:
        """The head, without `Connection: close` where only the missing body would have asked for it."""
        self._building = not self.has_body and self.version == "1.1"
        try:
            return super().build_response_header()
        finally:
            self._building = False

    def set_close_on_finish(self) -> None:
        """End the connection after this answer, when the client wants that or the answer went wrong."""
        if self._building and self.request.headers.get("CONNECTION", "").lower() != "close":
            return
        super().set_close_on_finish()

    def write(self, data: bytes) -> None:
        """Send the next part; the head goes with the first."""
        if self.wrote_header or not self.complete or not data or not self._fits(data):
            super().write(data)
            return
        head = self.build_response_header()
        self.wrote_header = True
        self.content_bytes_written += len(data)
        self.channel.write_soon(head + data)

    def _fits(self, data: bytes) -> bool:
        """Whether `data` is the whole body, and short."""
        return bool(self.has_body and self.content_length == len(data) <= ONE_PACKET)


class KeptChannel(HTTPChannel):  # type: ignore[misc]
    """One connection.

    While a thread answers it, `requests` is not empty and the main loop neither reads nor closes it. So the thread may
    read on; what is not one whole request it leaves to the main loop.
    """

    task_class = KeptTask

    def next_request(self) -> Any | None:
        """The next request, where it comes at once, is whole, and nobody waits for this thread."""
        if self.server.task_dispatcher.queue or not self._is_quiet() or not self._is_readable():
            return None
        try:
            data = self.socket.recv(self.adj.recv_bytes)
        except OSError:
            return None
        if not data:  # the main loop meets the end too, and closes
            return None
        self.last_activity = time.time()
        self.received(data)
        with self.requests_lock:
            if len(self.requests) == 2 and self.request is None and not self.requests[1].error:
                return self.requests.pop(1)
        return None

    def _is_quiet(self) -> bool:
        """Whether all is sent, nothing is half read, and the connection shall stay."""
        return not (
            self.total_outbufs_len
            or self.will_close
            or self.close_when_flushed
            or self.request is not None
            or len(self.requests) > 1
            or not self.connected
        )

    def _is_readable(self) -> bool:
        waiting = select.poll()
        waiting.register(self.socket, select.POLLIN)
        return bool(waiting.poll(SOON_MS))


def keep_connections(listening: Mapping[int, object]) -> None:
    """Have what listens in the map of a waitress server make such connections."""
    for each in listening.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = KeptChannel
