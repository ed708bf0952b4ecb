"""`python -m glamflow.sandbox.wiki --state DIR [--port N] [--host 127.0.0.1] [--public URL] [--user NAME]`"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from glamflow.sandbox.wiki.server import SandboxWiki


def main(argv: list[str] | None = None) -> int:
    """Serve the sandbox wiki until a signal."""
    parser = argparse.ArgumentParser(prog="python -m glamflow.sandbox.wiki", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of the wiki's state; made when missing")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port; the address is printed")
    parser.add_argument("--public", default="", help="address under which others reach it, where that is not host and port")
    parser.add_argument("--user", default="", help="make this bot account (log in as NAME@glamflow)")
    parser.add_argument(
        "--password-env", default="GLAMFLOW_SANDBOX_PASSWORD", help="environment variable that holds the bot password of --user"
    )
    options = parser.parse_args(argv)
    try:
        wiki = SandboxWiki(options.state, host=options.host, port=options.port, public=options.public)
    except OSError as problem:
        sys.stderr.write(f"The sandbox wiki cannot start on {options.host}:{options.port}: {problem}. Choose another --port.\n")
        return 2
    if options.user:
        with wiki.seeding() as seed:
            seed.user(options.user, groups=("bot",), password=os.environ.get(options.password_env, ""))
    sys.stdout.write(f"{wiki.base_url}\n")
    sys.stdout.flush()
    wiki.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
