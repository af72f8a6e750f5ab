/// The bits of the elementary functions, random numbers and the network's kernels over fixed inputs, as
/// one hash.
///
/// Two machines (or two builds) with the same fingerprint compute the same signals.
public enum NumericsFingerprint {
  /// What `numericsVersion` gives on every machine and at every optimisation level.
  ///
  /// Where `current()` differs, a kernel gives other bits than it did: undo that, or raise
  /// `numericsVersion` and freeze the new value.
  public static let frozen =
    "18d95f2dc1b44c441206179c5ec113c702ee5a28d5f29069fd84547382967737"

  /// Values that go into the hash.
  public static let count = 4000 * 10 + 1000 * 3 + lstmCount

  /// Computes the fingerprint here and now.
  public static func current() -> String {
    var hash = SHA256()
    for i in 0..<4000 {
      let x = (Double(i) - 2000) * 0.0137
      let wide = x * x * x
      let positive = Elementary.exp(wide / 30)
      hash.update(positive)
      hash.update(Elementary.log(positive + 1e-9))
      hash.update(Elementary.pow(positive, 0.37))
      hash.update(Elementary.sin(wide))
      hash.update(Elementary.cos(wide))
      hash.update(Elementary.tanh(x / 3))
      hash.update(Elementary.sigmoid(x))
      hash.update(Double(Elementary.exp(Float(x))))
      hash.update(Double(Elementary.tanh(Float(x))))
      hash.update(Double(Elementary.sigmoid(Float(x))))
    }
    var random = CounterRandom(seed: 2024, path: ["numerics", "1"])
    for _ in 0..<1000 {
      hash.update(random.uniform())
      hash.update(random.normal())
      hash.update(Int64(random.below(1_000_003)))
    }
    updateLSTM(&hash)
    return hash.hex()
  }
}
