"""The server of both doors: what it refuses unread, and what it keeps in memory (P21, P22)."""

import subprocess
import sys

HASHES = """
import threading
import psutil
from argon2 import PasswordHasher
from doors.serving import return_freed_memory

{first}
hasher, before = PasswordHasher(memory_cost=19456, time_cost=1, parallelism=1), psutil.Process().memory_info().rss
# Each thread waits for all others before it ends: a thread that has ended leaves its arena to the next.
together = threading.Barrier(12)
one_by_one = threading.Lock()

def hand():
    for _ in range(2):  # glibc keeps a block from the second on
        with one_by_one:
            hasher.hash("three wet turtles")
    together.wait()

threads = [threading.Thread(target=hand) for _ in range(12)]
for each in threads: each.start()
for each in threads: each.join()
print((psutil.Process().memory_info().rss - before) // 2**20)
"""


def mebibytes_kept(first: str) -> int:
    """What stays in a process's memory after twelve threads have each hashed a password twice."""
    done = subprocess.run(
        [sys.executable, "-c", HASHES.format(first=first)], check=True, capture_output=True, text=True
    )
    return int(done.stdout)


def test_the_memory_of_a_password_check_is_returned():
    assert mebibytes_kept("return_freed_memory()") < 19, "less than one check takes"
