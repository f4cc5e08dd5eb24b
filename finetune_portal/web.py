"""The web server: `python -m finetune_portal.web`, on HOST and PORT or on a socket that it is given."""

from __future__ import annotations

import argparse
import socket

import uvicorn
from django.conf import settings


def serve(listener: socket.socket | None) -> None:
    """Answer until SIGTERM; open streams then have three seconds."""
    config = uvicorn.Config(
        "finetune_portal.asgi:application",
        host=settings.HOST,
        port=settings.PORT,
        lifespan="on",
        log_config=None,  # Django's LOGGING counts
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[listener] if listener else None)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m finetune_portal.web", description=__doc__)
    parser.add_argument("--fd", type=int, help="a listening socket that the parent process has opened")
    fd = parser.parse_args().fd
    serve(None if fd is None else socket.socket(fileno=fd))


if __name__ == "__main__":
    main()
