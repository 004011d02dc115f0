import Datasets
import Formats
import Runs

/// Which rows test which models of a fit with folds. Whatever the model is, the same rows, seed, folds and repeats give the same.
package struct FitFolds {
  /// Of one repeat.
  let count: Int
  /// Fold by fold, of one repeat after the other: places among the rows with a target.
  let parts: [Folds.Part]
  /// What is unusual about them, a sentence each.
  let remarks: [String]

  /// The most models that a fit with folds may fit.
  package static let mostParts = 10_000

  /// `usable` are the rows of the table with a target. Throws `ConfigurationError` where these rows make no such folds.
  init?(_ configuration: FitConfiguration, _ table: Table, _ usable: [Int], seed: UInt64) throws {
    guard let k = configuration.folds else { return nil }
    count = k
    var remarks: [String] = []
    let rows = usable.count
    if k > rows {
      throw ConfigurationError(
        "\(k) folds need as many rows with a target, and there \(rows == 1 ? "is 1" : "are \(rows)")")
    }
    let seeds = (0..<configuration.repeats).map { Folds.seed(seed, ofRepeat: $0) }
    if let time = configuration.time {
      if k >= rows { throw ConfigurationError("\(k) folds by time need more than \(k) rows with a target") }
      parts = Folds(times: try table.times(time, rows: usable), k: k).parts
    } else if let group = configuration.group {
      let groups = try table.groups(group, rows: usable)
      let different = Set(groups).count
      if k > different {
        throw ConfigurationError(
          "\(k) folds need as many groups, and the column '\(group)' has \(different): take fewer folds")
      }
      parts = seeds.flatMap { Folds(groups: groups, k: k, seed: $0).parts }
    } else if configuration.task == .classification,
      let classes = try FitData.classes(of: table, usable, configuration)
    {
      var counts = [Int](repeating: 0, count: classes.labels.count)
      for label in classes.indices { counts[label] += 1 }
      let most = counts.max() ?? 0
      if most < k {
        throw ConfigurationError(
          "\(k) folds need a class of as many rows, and the largest has \(most): take fewer folds")
      }
      for (label, count) in zip(classes.labels, counts) where count < k {
        remarks.append(
          "the class \(quoted(label)) has \(count) row\(count == 1 ? "" : "s"), fewer than the \(k) folds: not every fold tests it"
        )
      }
      parts = seeds.flatMap { Folds(strata: classes.indices, k: k, seed: $0).parts }
    } else {
      parts = seeds.flatMap { Folds(count: rows, k: k, seed: $0).parts }
    }
    self.remarks = remarks
  }

  var firstRepeat: [Folds.Part] { Array(parts.prefix(count)) }

  /// The rows that any fold tests, each once in a repeat.
  var testedCount: Int { firstRepeat.reduce(0) { $0 + $1.test.count } }
}

extension FitConfiguration {
  /// Keeps the models of the folds, which then predict together. Throws `ConfigurationError` without folds.
  package mutating func bag() throws(ConfigurationError) {
    if folds == nil { throw ConfigurationError("the models of folds are kept, and there are none: say how many folds") }
    isBagged = true
    plan.budget = wholeBudget
  }

  /// The metrics of a fit that begins with a part of the rows: step 1 is of that, 2 of the first fold.
  package static let rung = "rung"

  /// Fits a share of the first fold's training rows before all folds, and judges that and each fold on the way. Throws
  /// `ConfigurationError` without folds, and for no share.
  package mutating func screen(_ share: Double) throws(ConfigurationError) {
    if folds == nil { throw ConfigurationError("a part of a fold's rows is fitted first, and there are no folds") }
    guard share > 0, share < 1 else {
      throw ConfigurationError("the share of the rows that is fitted first is above 0 and below 1, not \(share)")
    }
    screening = share
    plan.budget = wholeBudget
  }

  /// Throws `ConfigurationError` for folds that go with nothing else that was asked for.
  static func checkFolds(
    _ folds: Int?, repeats: Int, hasTarget: Bool, model: String, validation: Double?, hasValidationData: Bool,
    time: String?
  ) throws {
    guard let folds else {
      if repeats != 1 { throw ConfigurationError("repeats are of folds: say how many folds") }
      return
    }
    func refuse(_ reason: String) throws -> Never { throw ConfigurationError(reason) }
    if !hasTarget { try refuse("the model '\(model)' predicts no column, so that folds have nothing to test it by") }
    if folds < 2 { try refuse("there are 2 folds or more, not \(folds)") }
    if repeats < 1 { try refuse("folds are repeated once or more, not \(repeats) times") }
    if repeats > FitFolds.mostParts || folds > FitFolds.mostParts || folds * repeats > FitFolds.mostParts {
      try refuse("folds times repeats are at most \(FitFolds.mostParts) fits: take fewer")
    }
    if validation != nil { try refuse("specify folds or a share of the rows for validation, not both") }
    if hasValidationData { try refuse("specify folds or a file of validation rows, not both") }
    if time != nil, repeats > 1 {
      try refuse("folds by time are the same in every repeat: leave the repeats out")
    }
  }
}
