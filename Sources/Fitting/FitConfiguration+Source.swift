import Models
import Runs
import Tracker

// Fits that go on from an earlier model.
extension FitConfiguration {
  /// Goes on from the model of a run's checkpoint, which is kept, and followed by what is fitted now.
  ///
  /// Throws `ConfigurationError` where this model cannot be continued, or rows would be tested that trained it.
  package mutating func `continue`(from source: CheckpointReference) throws(ConfigurationError) {
    guard estimator is any ContinuableModel else {
      let others = ModelCatalogue.all.filter { $0 is any ContinuableModel.Type }.map { $0.name }
      throw ConfigurationError(
        "the model '\(model)' is fitted anew and cannot go on from another: --from is for \(others.joined(separator: ", "))"
      )
    }
    if folds != nil {
      throw ConfigurationError(
        "rows that a fold tests may have trained the earlier model, so that --from does not go with folds: hold out "
          + "validation rows instead")
    }
    if pipeline != nil {
      throw ConfigurationError(
        "a pipeline is fitted anew and would make other columns than those of the earlier model: --from does not go with it"
      )
    }
    self.source = source
  }

  /// The model that `source` names; nil where the fit begins anew.
  ///
  /// Throws where there is none, or it is of another kind.
  func earlierModel() throws -> Predictor? {
    guard let source else { return nil }
    guard let sources else {
      throw ConfigurationError("the fit goes on from run \(source.run), and there is no store to find it in")
    }
    try sources.load(source.run).requireModel()
    let earlier = try Predictor(source.load(from: sources))
    guard earlier.name == model else {
      throw ConfigurationError(
        "run \(source.run) fitted the model '\(earlier.name)', and '\(model)' goes on from its own kind only")
    }
    if earlier.preparation != nil {
      throw ConfigurationError(
        "run \(source.run) has a pipeline that makes the columns of its model, so that it cannot be continued")
    }
    return earlier
  }
}
