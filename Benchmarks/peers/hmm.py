"""hmmlearn on the inputs of Sources/benchmarks/HMM.swift."""
import logging

import hmmlearn
import numpy as np
from hmmlearn import _hmmc
from hmmlearn.hmm import GaussianHMM

from peer import checksum, load, work

logging.getLogger("hmmlearn").setLevel(logging.ERROR)
PEER = "hmmlearn " + hmmlearn.__version__


def model(means, kind, **options):
    """Where both programs start; no prior, so that it is plain Baum-Welch."""
    columns = means.shape[1]
    made = GaussianHMM(
        3, covariance_type=kind, tol=-np.inf, init_params="", params="stmc", covars_prior=0, **options)
    made.n_features = columns
    made.startprob_ = np.full(3, 1 / 3)
    made.transmat_ = np.full((3, 3), 0.05) + 0.85 * np.eye(3)
    made.means_ = means.copy()
    made.covars_ = np.ones((3, columns)) if kind == "diag" else np.stack([np.eye(columns)] * 3)
    return made


def offer_fit(rows, columns, kind, implementation):
    @work(f"hmm fit T={rows} D={columns} K=3 {kind}", f"{PEER} '{implementation}'")
    def _():
        x, means = load(f"hmm_x_{columns}", rows, columns), load(f"hmm_means_{columns}", 3, columns)
        return (
            lambda: model(means, kind, implementation=implementation, n_iter=50).fit(x),
            lambda fitted: checksum(fitted.monitor_.history))


for rows, columns, kind in ((10_000, 4, "full"), (10_000, 4, "diag"), (8760, 2, "diag")):
    # The faster of its two implementations, then its default.
    offer_fit(rows, columns, kind, "scaling")
    offer_fit(rows, columns, kind, "log")


def long():
    return load("hmm_long", 100_000, 4), model(load("hmm_means_4", 3, 4), "full", implementation="scaling")


@work("hmm forward filter T=100 000 D=4 K=3", PEER + ", its C forward pass")
def _():
    # It has no filter of its own; this is what score() runs, and the scaled forward variables are it.
    x, one = long()

    def body():
        density = np.exp(one._compute_log_likelihood(x))
        _, alpha, _ = _hmmc.forward_scaling(one.startprob_, one.transmat_, density)
        return alpha / alpha.sum(1, keepdims=True)

    return body, checksum


@work("hmm log-likelihood T=100 000 D=4 K=3", PEER + " score")
def _():
    x, one = long()
    return lambda: one.score(x), float


@work("hmm Viterbi T=100 000 D=4 K=3", PEER + " decode")
def _():
    x, one = long()
    return lambda: one.decode(x), lambda y: checksum(y[1]) + y[0]
