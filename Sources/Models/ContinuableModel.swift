/// A model whose fit can go on from an earlier model of its kind, and keeps all that this has.
package protocol ContinuableModel: FittableModel {
  /// As without `earlier`, which takes the same features and predicts the same. Throws where it is of another kind.
  func makeLearner(
    _ training: TrainingData, validation: TrainingData?, from earlier: any FittedModel, seed: UInt64
  ) throws -> any FitLearner
}
