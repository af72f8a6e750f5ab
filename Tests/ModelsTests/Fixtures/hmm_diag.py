"""Writes hmm-diag.json: a Gaussian HMM with diagonal covariance, by hmmlearn.

Plain maximum likelihood: covars_prior=0, because hmmlearn's default of 0.01 is added to every
variance's numerator. The tolerance is off, so that exactly n iterations run. history[i] is the
log-likelihood before M step i. Run: pip install hmmlearn==0.3.3 && python hmm_diag.py
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
variances = np.array([[.2, .1], [.5, .2], [1., .4]])


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
for lengths in (None, [100, 140]):
    for n in (0, 1, 10):
        m = GaussianHMM(3, covars_prior=0.0, covariance_type="diag", implementation="log",
                        n_iter=max(n, 1), tol=-1e300, init_params="", params="stmc" if n else "")
        m.startprob_, m.transmat_, m.means_ = start.copy(), transition.copy(), means.copy()
        m.covars_ = variances.copy()
        if n:
            m.fit(X, lengths)
        else:
            m.n_features = D
        logprob, posteriors = m.score_samples(X, lengths)
        viterbi_logprob, path = m.decode(X, lengths)
        filtered = causal_filter(m, lengths)
        cases.append(dict(
            lengths=lengths, iterations=n, start=m.startprob_.tolist(),
            transition=m.transmat_.tolist(), means=m.means_.tolist(),
            variances=m._covars_.tolist(), history=list(m.monitor_.history) if n else [],
            logprob=logprob, posteriorsHead=posteriors[:12].tolist(),
            posteriorsTail=posteriors[-6:].tolist(), filterHead=filtered[:12].tolist(),
            filterTail=filtered[-6:].tolist(), viterbiLogprob=viterbi_logprob,
            viterbi=path.tolist(), bic=m.bic(X, lengths), aic=m.aic(X, lengths)))

fixture = dict(
    x=X.tolist(), cases=cases,
    initial=dict(start=start.tolist(), transition=transition.tolist(), means=means.tolist(),
                 variances=variances.tolist()))
with open("hmm-diag.json", "w") as file:
    json.dump(fixture, file, separators=(",", ":"))
    file.write("\n")
