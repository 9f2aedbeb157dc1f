"""Holds every packet of a machine's line for a while, both ways. Stands in for `tc netem`, which many small kernels lack.

python3 delay-line.py DELAY_MS BRIDGE_SIDE MACHINE_SIDE
Makes two TAP devices of these names; frames that enter one leave the other DELAY_MS later. Says `ready`, and ends when its input ends;
the devices go with it.
"""

import collections
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
# A real line drops what does not fit its buffers as well.
FRAMES_HELD = 20_000


def tap(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return device


def main():
    delay = float(sys.argv[1]) / 1000
    ends = [tap(name) for name in sys.argv[2:4]]
    other = {ends[0]: ends[1], ends[1]: ends[0]}
    held = collections.deque()
    poll = select.poll()
    for descriptor in [*ends, 0]:
        poll.register(descriptor, select.POLLIN)
    print("ready", flush=True)
    while True:
        wait = max(0.0, (held[0][0] - time.monotonic()) * 1000) if held else None
        for descriptor, _ in poll.poll(wait):
            if descriptor == 0:
                if not os.read(0, 100):
                    return
                continue
            for _ in range(64):
                try:
                    frame = os.read(descriptor, 65536)
                except OSError:
                    break
                if len(held) < FRAMES_HELD:
                    held.append((time.monotonic() + delay, other[descriptor], frame))
        now = time.monotonic()
        while held and held[0][0] <= now:
            _, end, frame = held.popleft()
            try:
                os.write(end, frame)
            except OSError:
                pass  # the other end is down or full: lost, as on a line


main()
