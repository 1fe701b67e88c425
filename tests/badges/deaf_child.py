"""A child for the tests: says that it is ready, and never listens."""

import os
import time

if __name__ == "__main__":
    os.write(1, bytes(4))
    time.sleep(60)
