"""Does the work of other programs on the inputs of the Swift benchmarks, slice by slice.

    run.py INPUTS THEME

INPUTS is a folder of NAME.f64 files (float64, little endian), THEME a module beside this file. peer.py
says how questions and answers look. One thread each, unless the peer's name says another number.
"""
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
# Where they are set they make OpenBLAS slower than it is.
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

import importlib
import importlib.util
import sys

import peer

if importlib.util.find_spec(sys.argv[2]):
    try:
        importlib.import_module(sys.argv[2])
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed: {sys.argv[2]} has no peers", file=sys.stderr)
peer.serve()
