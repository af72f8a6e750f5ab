/// The version of every bit that this module computes, stored with each model bundle.
///
/// Changing any bit of a kernel (a coefficient, the order of a sum, a step of a random stream)
/// raises it, because models and run hashes made before would no longer be reproduced.
///
/// Version 1: IEEE 754 `+ - * /` and `squareRoot()`, integer and bit operations; a product and a
/// sum are rounded separately (no fused multiply-add, which an x86-64 baseline build would have
/// to emulate in software); no function of the C library.
public let numericsVersion = 1
