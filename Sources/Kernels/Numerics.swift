/// The version of every bit that this module computes, stored with each model bundle.
///
/// Changing any bit of a kernel (a coefficient, the order of a sum, a step of a random stream)
/// raises it, because models and run hashes made before would no longer be reproduced.
///
/// Version 1: IEEE 754 `+ - * /` and `squareRoot()`, integer and bit operations; a product and a
/// sum are rounded separately; no function of the C library.
///
/// Version 2: `fma` as well. The network's sums, activations and gradients are chains of fused multiply-adds
/// (``LSTMKernels``), and what it drops in training is a hash of a key and a place.
public let numericsVersion = 2
