"""A telephone line between the browser and the site that can be cut and mended.

Every line is an address of its own, so no test finds what another one's browser kept.
"""

import contextlib
import selectors
import socket
import threading


class Line:
    """Passes connections on to `target` (host, port) while it is whole."""

    def __init__(self, target):
        self.target = target
        self.open = set()
        self.listener = None
        self.port = 0
        self.mend()

    @property
    def url(self):
        return f"http://localhost:{self.port}"

    def mend(self):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(32)
        self.listener, self.port = listener, listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self):
        """Refuse what comes and break what is under way, as when the network is gone."""
        self._shut(self.listener)
        for connection in list(self.open):
            self._shut(connection)

    def _accept(self, listener):
        while True:
            try:
                near, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(near,), daemon=True).start()

    def _pass_on(self, near):
        far = socket.create_connection(self.target)
        ends = {near: far, far: near}
        self.open |= set(ends)
        with contextlib.suppress(OSError, ValueError), selectors.DefaultSelector() as waiting:
            for end in ends:
                waiting.register(end, selectors.EVENT_READ)
            while True:
                for key, _events in waiting.select():
                    data = key.fileobj.recv(65536)
                    if not data:
                        raise OSError
                    ends[key.fileobj].sendall(data)
        for end in ends:
            self._shut(end)
        self.open -= set(ends)

    @staticmethod
    def _shut(connection):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            connection.close()
