"""`python -m sandbox`: options, the ready line, and a prompt end on SIGTERM and SIGINT."""

import argparse
import dataclasses
import json
import logging
import signal
import sys
import threading
from contextlib import closing
from pathlib import Path

from sandbox import admin, manual
from sandbox.app import Sandbox
from sandbox.errors import ServiceError
from sandbox.options import Options
from sandbox.server import serving


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m sandbox",
        usage="python -m sandbox [--port PORT] [--state FILE] [--time-scale N] [options as below]",
        description="A local stand-in for DashScope's fine-tuning service.",
        epilog=manual.tables(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--host", default="127.0.0.1", help=argparse.SUPPRESS)
    made.add_argument("--port", type=int, default=8001, help=argparse.SUPPRESS)
    made.add_argument("--state", type=Path, help=argparse.SUPPRESS)
    made.add_argument("--faults", type=json.loads, action="append", default=[], help=argparse.SUPPRESS)
    made.add_argument("--next-job", type=json.loads, action="append", default=[], help=argparse.SUPPRESS)
    made.add_argument("--log", action="store_true", help=argparse.SUPPRESS)
    for item in dataclasses.fields(Options):
        flag = "--" + item.name.replace("_", "-")
        made.add_argument(
            flag,
            type=type(item.default),
            default=item.default,
            choices=item.metadata["choices"],
            help=argparse.SUPPRESS,
        )
    return made


def main(arguments: list[str] | None = None) -> int:
    given = parser().parse_args(arguments)
    if given.log:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    names = [item.name for item in dataclasses.fields(Options)]
    try:
        options = Options(**{name: getattr(given, name) for name in names})
        with closing(Sandbox(given.state, options=options)) as sandbox:
            sandbox.faults.set(given.faults)
            for wishes in given.next_job:
                admin.arm(sandbox, wishes)
            with serving(sandbox, given.host, given.port) as server:
                sys.stdout.write(f"Sandbox is ready: {server.url}\n")
                sys.stdout.flush()
                stop.wait()
    except (OSError, ValueError, ServiceError) as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
