import Models
import Testing

@Suite struct LSTMLossTests {
  @Test func `Huber is half the square near the target and a line beyond delta`() {
    let loss = LSTMLoss.huber(delta: 0.5)
    #expect(loss.value(1.25, 1) == 0.03125 && loss.derivative(1.25, 1) == 0.25)
    #expect(loss.value(1.5, 1) == 0.125 && loss.derivative(1.5, 1) == 0.5)
    // 0.5 · (3 − 0.25), on either side.
    #expect(loss.value(4, 1) == 1.375 && loss.derivative(4, 1) == 0.5)
    #expect(loss.value(-2, 1) == 1.375 && loss.derivative(-2, 1) == -0.5)
    #expect(loss.value(1, 1) == 0 && loss.derivative(1, 1) == 0)
  }

  @Test(arguments: [LSTMLoss.squaredError, .huber(delta: 0.25), .huber(delta: 4), .qlike])
  func `the derivative is the slope of the value`(loss: LSTMLoss) {
    for target in stride(from: Float(0.1), to: 3, by: 0.37) {
      for forecast in stride(from: Float(-2), to: 2, by: 0.23) {
        let step: Float = 1e-2
        let slope =
          (loss.value(forecast + step, target) - loss.value(forecast - step, target)) / (2 * step)
        // Second differences of QLIKE are up to 3·e²·step², float32 rounding is below that.
        #expect(abs(slope - loss.derivative(forecast, target)) < 6e-3)
      }
    }
  }
}
