"""A parent for the tests: starts a child, says its number, and asks what never ends."""

import sys

from badges.child import Child

if __name__ == "__main__":
    child = Child("tests.badges.slow_child", seconds=float(sys.argv[1]), memory=1 << 29)
    child.ask(b"hello")
    sys.stdout.write(f"{child.pid}\n")
    sys.stdout.flush()
    if sys.argv[2] == "busy":
        child.ask(b"hang")
    else:
        sys.stdin.read()
