"""What the peers share: inputs, checksums, and answers to the Swift side's questions.

A theme is a module that names its work:

    @work("indicator EMA 20", "TA-Lib 0.8.2")
    def _():
        close = load("closes")                       # done once, when the work is first asked for
        return lambda: talib.EMA(close, 20), checksum    # the body, and a number out of its result

A line "WORK<tab>SECONDS" on standard input has every peer of that work repeat it for so long, at least
once. The answers are lines "PEER<tab>BEST<tab>NUMBER<tab>BYTES" ("-" for results that cannot be
compared, and for no figure), then a dot.
"""
import os
import sys
import time

import numpy as np

folder = sys.argv[1]
# name of the work: [(peer, function that prepares it)]
offers = {}


def work(name, peer, clock=time.process_time):
    """Registers a function that prepares a peer's work.

    Work of one thread is measured in processor time, as on the Swift side; of more, on the wall.
    """

    def register(prepare):
        offers.setdefault(name, []).append((peer, prepare, clock))
        return prepare

    return register


def load(name, *shape):
    """Reads an array, in rows of the given length if there is one."""
    values = np.fromfile(os.path.join(folder, name + ".f64"), dtype="<f8")
    return values.reshape(shape) if shape else values


def checksum(values):
    """The sum over all of a result that the Swift side takes: weights 1 to 7 in turn, NaN as 0."""
    values = np.asarray(values, dtype=np.float64).ravel()
    return np.nansum(values * (1 + np.arange(len(values)) % 7))


class Prepared:
    def __init__(self, peer, prepare, clock):
        reset_peak()
        self.clock = clock
        # Body; value or None; what to do before a slice or None; a fuller name of the peer.
        self.body, self.value, self.before, name = (*prepare(), None, None, None)[:4]
        self.peer = name or peer

    def slice(self, seconds):
        if self.before:
            self.before()
        reset_peak()
        best, start, result = float("inf"), time.perf_counter(), None
        while True:
            result = None
            began = self.clock()
            result = self.body()
            best = min(best, self.clock() - began)
            if time.perf_counter() - start >= seconds:
                break
        number = "-" if self.value is None else repr(float(self.value(result)))
        print(self.peer, repr(best), number, peak(), sep="\t")


def reset_peak():
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def peak():
    """The largest resident set since the last reset, in bytes."""
    try:
        with open("/proc/self/status") as file:
            return next(1024 * int(l.split()[1]) for l in file if l.startswith("VmHWM"))
    except (OSError, StopIteration):
        return "-"


def serve():
    """Answers until the questions end. Only the work that was asked for last is kept prepared."""
    current, prepared = None, []
    for line in sys.stdin:
        name, seconds = line.rstrip("\n").split("\t")
        if name != current:
            prepared.clear()
            prepared = [Prepared(*offer) for offer in offers.get(name, [])]
            current = name
        for one in prepared:
            one.slice(float(seconds))
        print(".", flush=True)
