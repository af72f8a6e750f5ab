"""Writes hmm-covariances.json: Gaussian HMMs of every covariance type, by hmmlearn.

Plain maximum likelihood: covars_prior=0, because hmmlearn's default of 0.01 is added to every
element of the covariances' numerator. The tolerance is off, so that exactly n iterations run.
history[i] is the log-likelihood before M step i.
Run: pip install hmmlearn==0.3.3 && python hmm_covariances.py
"""
import json
import logging

import numpy as np
from hmmlearn.hmm import GaussianHMM

logging.getLogger("hmmlearn").setLevel(logging.ERROR)
rng = np.random.default_rng(5)
K, D, T = 3, 2, 240
move = np.array([[.9, .07, .03], [.05, .9, .05], [.04, .06, .9]])
mean = np.array([[0.01, 0.2], [-.02, 1.], [0, 2.]])
sd = np.array([[.3, .1], [.6, .3], [1.2, .5]])
state, X = 0, np.empty((T, D))
for t in range(T):
    state = rng.choice(3, p=move[state])
    X[t] = mean[state] + sd[state] * rng.normal(size=2)

start = np.array([.5, .3, .2])
transition = np.array([[.8, .1, .1], [.15, .7, .15], [.1, .2, .7]])
means = np.array([[0., .1], [.1, .8], [-.1, 1.8]])
covariances = dict(
    full=np.array([[[.2, .01], [.01, .1]], [[.5, .05], [.05, .2]], [[1., .0], [.0, .4]]]),
    diagonal=np.array([[.2, .1], [.5, .2], [1., .4]]),
    spherical=np.array([.15, .4, .8]),
    tied=np.array([[.5, .05], [.05, .3]]))


def causal_filter(m, lengths):
    density, rows, first = m._compute_log_likelihood(X), np.empty((T, K)), 0
    for n in lengths or [T]:
        a = np.log(m.startprob_) + density[first]
        for t in range(n):
            if t:
                a = np.logaddexp.reduce(a[:, None] + np.log(m.transmat_), axis=0)
                a = a + density[first + t]
            rows[first + t] = np.exp(a - np.logaddexp.reduce(a))
        first += n
    return rows


cases = []
for kind, initial in covariances.items():
    for lengths in (None, [100, 140]):
        for n in (0, 1, 10):
            m = GaussianHMM(
                3, covars_prior=0.0, covariance_type="diag" if kind == "diagonal" else kind,
                implementation="log", n_iter=max(n, 1), tol=-1e300, init_params="",
                params="stmc" if n else "")
            m.startprob_, m.transmat_, m.means_ = start.copy(), transition.copy(), means.copy()
            m.covars_ = initial.copy()
            if n:
                m.fit(X, lengths)
            else:
                m.n_features = D
            logprob, posteriors = m.score_samples(X, lengths)
            viterbi_logprob, path = m.decode(X, lengths)
            filtered = causal_filter(m, lengths)
            raw = np.asarray(m._covars_)
            if kind == "spherical" and raw.ndim == 2:  # after a fit, the variance D times
                assert (raw == raw[:, :1]).all()
                raw = raw[:, 0]
            cases.append(dict(
                type=kind, lengths=lengths, iterations=n, start=m.startprob_.tolist(),
                transition=m.transmat_.tolist(), means=m.means_.tolist(),
                covariance=raw.ravel().tolist(), history=list(m.monitor_.history) if n else [],
                logprob=logprob, posteriorsHead=posteriors[:12].tolist(),
                posteriorsTail=posteriors[-6:].tolist(), filterHead=filtered[:12].tolist(),
                filterTail=filtered[-6:].tolist(), viterbiLogprob=viterbi_logprob,
                viterbi="".join(map(str, path)), bic=m.bic(X, lengths), aic=m.aic(X, lengths)))

fixture = dict(
    x=X.tolist(), cases=cases,
    initial=dict(
        start=start.tolist(), transition=transition.tolist(), means=means.tolist(),
        covariances={kind: c.ravel().tolist() for kind, c in covariances.items()}))
with open("hmm-covariances.json", "w") as file:
    json.dump(fixture, file, separators=(",", ":"))
    file.write("\n")
