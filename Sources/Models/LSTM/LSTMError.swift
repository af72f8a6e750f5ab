/// Why a network could not be loaded or trained.
public enum LSTMError: Error, Equatable {
  /// The tensor that the shape asks for is not there.
  case missingTensor(name: String)
  /// A tensor that this shape does not have.
  case unexpectedTensor(name: String)
  case tensorShape(name: String, expected: [Int], found: [Int])
  /// A weight that is NaN or infinite.
  case nonFiniteWeight(name: String)
  /// A feature or regime probability that is NaN or infinite, or a target that is infinite.
  case nonFiniteInput(part: SequencePart, sequence: Int, step: Int)
  /// No training step has a target that a loss could be taken at.
  case noTrainingTargets
  /// No validation step has a target, so early stopping has nothing to judge by.
  case noValidationTargets
  /// The loss or the gradient stopped being a finite number, or the best epoch's loss is many times
  /// that of forecasting nothing; epochs count from 1.
  case diverged(epoch: Int, loss: Float, rate: Double)

  /// Which of the sequences handed to a fit.
  public enum SequencePart: String, Sendable {
    case training, validation
  }
}

extension LSTMError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingTensor(let name):
      "tensor \(name) is missing: the weights belong to another network shape"
    case .unexpectedTensor(let name):
      "tensor \(name) is not part of this network: the weights belong to another shape"
    case .tensorShape(let name, let expected, let found):
      "tensor \(name) has shape \(found), expected \(expected)"
    case .nonFiniteWeight(let name):
      "tensor \(name) holds a value that is not finite: train the model again"
    case .nonFiniteInput(let part, let sequence, let step):
      "\(part.rawValue) sequence \(sequence), step \(step): a value is not finite; "
        + "check the features of that bar"
    case .noTrainingTargets:
      "no training step has a target: give the model a longer training window"
    case .noValidationTargets:
      "no validation step has a target: give early stopping a longer window"
    case .diverged(let epoch, let loss, let rate):
      "training diverged in epoch \(epoch) (loss \(loss)) at rate \(rate): "
        + "lower the rate or the clip norm"
    }
  }
}
