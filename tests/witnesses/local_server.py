"""`sae local` as a child process."""

import contextlib
import re
import select
import signal
import subprocess

TIMEOUT = 10


@contextlib.contextmanager
def local_server(program):
    """Starts the local server on a free port and gives its address. The child is ended, whatever happens."""
    child = subprocess.Popen([program, "local", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    try:
        yield address(child)
    finally:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


def address(child):
    ready, _, _ = select.select([child.stdout], [], [], TIMEOUT)
    line = child.stdout.readline() if ready else ""
    found = re.fullmatch(r"listening (http://127\.0\.0\.1:\d+)\n", line)
    if not found:
        raise RuntimeError(f"the first line of `sae local` should tell its address, but is {line!r}")
    return found[1]
