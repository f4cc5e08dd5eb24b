"""Put on PYTHONPATH, this makes a command line's 30-second sleeps short. The command line itself is unchanged."""

import time

_sleep = time.sleep
time.sleep = lambda _: _sleep(0.2)
