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
    states, columns = means.shape
    made = GaussianHMM(
        states, covariance_type=kind, tol=-np.inf, init_params="", params="stmc", covars_prior=0, **options)
    made.n_features = columns
    made.startprob_ = np.full(states, 1 / states)
    away = 0.1 / (states - 1)
    made.transmat_ = np.full((states, states), away) + (0.9 - away) * np.eye(states)
    made.means_ = means.copy()
    made.covars_ = np.ones((states, columns)) if kind == "diag" else np.stack([np.eye(columns)] * states)
    return made


def offer_fit(rows, columns, states, kind, implementation):
    @work(f"hmm fit T={rows} D={columns} K={states} {kind}", f"{PEER} '{implementation}'")
    def _():
        x, means = load(f"hmm_x_{columns}", rows, columns), load(f"hmm_means_{columns}", states, columns)
        return (
            lambda: model(means, kind, implementation=implementation, n_iter=50).fit(x),
            lambda fitted: checksum(fitted.monitor_.history))


for rows, columns, states, kind in (
        (10_000, 4, 3, "full"), (10_000, 4, 3, "diag"), (8760, 2, 3, "diag"), (10_000, 32, 8, "full"),
        (10_000, 32, 8, "diag")):
    # The faster of its two implementations, then its default.
    offer_fit(rows, columns, states, kind, "scaling")
    offer_fit(rows, columns, states, kind, "log")


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
