"""Writes the parameters of a fitted hmmlearn GaussianHMM for `regimefolio models import --hmm`.

    from export_hmmlearn import export
    export(model, "btc-1h-hmm.safetensors")                    # fitted to observations as they are
    export(model, "btc-1h-hmm.safetensors", mean, scale)       # fitted to (observations - mean) / scale

or, for a pickle that you made yourself (reading one runs the code in it):

    python export_hmmlearn.py MODEL.pkl OUT.safetensors

The file holds float64 tensors startprob (K), transmat (K x K), means (K x D) and one of covars.diag
(K x D), covars.full (K x D x D), covars.tied (D x D), covars.spherical (K); with a scaler also
scaler.mean and scaler.scale (D). Needs numpy alone, beside hmmlearn for the pickle.
"""
import json
import struct
import sys

import numpy as np


def parameters(model, mean=None, scale=None):
    """Returns the tensors of a fitted model by name.

    `_covars_` is read in place of `covars_`: the property gives full matrices whatever the type, and
    after fit() with spherical covariances a wrong shape, since the variance is then stored D times.
    """
    covariance = np.asarray(model._covars_, dtype=np.float64)
    if model.covariance_type == "spherical" and covariance.ndim == 2:
        if not (covariance == covariance[:, :1]).all():
            raise ValueError("spherical covariances that differ between variables")
        covariance = covariance[:, 0]
    tensors = {
        "startprob": model.startprob_, "transmat": model.transmat_, "means": model.means_,
        "covars." + model.covariance_type: covariance}
    if mean is not None:
        tensors["scaler.mean"], tensors["scaler.scale"] = mean, scale
    return {name: np.ascontiguousarray(value, dtype="<f8") for name, value in tensors.items()}


def export(model, path, mean=None, scale=None):
    """Writes a safetensors file: header length, header, numbers without holes."""
    header, data = {}, b""
    for name, value in sorted(parameters(model, mean, scale).items()):
        begin = len(data)
        data += value.tobytes()
        header[name] = {
            "dtype": "F64", "shape": list(value.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    import pickle

    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as file:
        export(pickle.load(file), sys.argv[2])
