"""numpy on the inputs of Sources/benchmarks/ElementaryFunctions.swift."""
import numpy as np

from peer import checksum, load, work


def offer(name, function, prepare, passes):
    @work(name, "numpy " + np.__version__)
    def _():
        source = prepare(load("elementary"))
        target = np.empty_like(source)

        def body():
            for _ in range(passes):
                function(source, out=target)
            return target

        return body, checksum


single = lambda x: x.astype(np.float32)
offer("exp Float, array", np.exp, single, 64)
offer("tanh Float, array", np.tanh, single, 64)
offer("exp Double", np.exp, lambda x: x, 8)
offer("log Double", np.log, lambda x: x * x + 1e-3, 8)
