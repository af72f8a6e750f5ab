import Kernels

/// The logarithm of the gamma function for x above 0, within 1e-15 of its own size and 1e-14.
///
/// Stirling's series (Abramowitz and Stegun 6.1.41) from x = 15 on, reached by `Γ(x + 1) = x Γ(x)`.
func logGamma(_ x: Double) -> Double {
  precondition(x > 0)
  var x = x
  var product = 1.0
  while x < 15 {
    product *= x
    x += 1
  }
  let inverse = 1 / x
  let square = inverse * inverse
  // B(2k) / (2k (2k − 1)).
  let series =
    inverse
    * (1.0 / 12
      - square
      * (1.0 / 360
        - square
        * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188 - square * 691 / 360_360)))))
  let halfLogOfTwoPi = 0.918_938_533_204_672_741_8
  return (x - 0.5) * Elementary.log(x) - x + halfLogOfTwoPi + series - Elementary.log(product)
}
