import Datasets
import Formats
import Runs
import Validation

// Calibration and costs, which need held-out rows.
extension FitConfiguration {
  /// Asks for calibrated probabilities, and for the class by what mistakes cost. Throws `ConfigurationError` for a fit that can
  /// have neither.
  package mutating func judge(calibration: CalibrationMethod?, costs: MistakeCosts?, positive: String?) throws {
    if calibration != nil, task != .classification {
      throw ConfigurationError("probabilities are calibrated, and \(whatItPredicts) has none")
    }
    if costs != nil, task != .classification {
      throw ConfigurationError("costs are of the mistakes of a classification, and \(whatItPredicts) is none")
    }
    if positive != nil, costs == nil {
      throw ConfigurationError("a positive class is for costs: say what mistakes cost")
    }
    if calibration != nil || costs != nil, folds == nil, validation == 0, validationData == nil {
      throw ConfigurationError(
        "\(calibration != nil ? "calibration" : "a threshold by cost") needs rows that the model is not fitted to: ask for "
          + "folds or validation rows")
    }
    (self.calibration, self.costs, self.positive) = (calibration, costs, positive)
  }

  private var whatItPredicts: String { task == nil ? "the model '\(model)'" : "a regression" }

  /// Throws where the classes are not those that costs are of.
  func requireHeldOut(in data: FitData) throws(ConfigurationError) {
    guard costs != nil else { return }
    let classes = data.preprocessing.target?.classes ?? []
    if classes.count != 2 {
      throw ConfigurationError("costs are of the mistakes between two classes, and there are \(classes.count)")
    }
    if let positive, !classes.contains(positive) {
      throw ConfigurationError(
        "there is no class '\(positive)': the positive one is \(quoted(classes[0])) or \(quoted(classes[1]))")
    }
  }
}

extension MistakeCosts {
  /// `fp=1,fn=10`, as a command line has it. Throws `ConfigurationError` for another text.
  package init(text: String) throws(ConfigurationError) {
    func refuse(_ reason: String) -> ConfigurationError {
      ConfigurationError("costs are written as fp=1,fn=10, and '\(text)' \(reason)")
    }
    var values: [String: Double] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(sides[0]).trimmed
      guard sides.count == 2, name == "fp" || name == "fn", values[name] == nil else {
        throw refuse("is not of a cost of each of fp and fn")
      }
      guard let value = Double(String(sides[1]).trimmed), (0...1e15).contains(value) else {
        throw refuse("has a cost that is not a number from 0 to 1e15")
      }
      values[name] = value
    }
    guard let fp = values["fp"], let fn = values["fn"] else { throw refuse("lacks one of fp and fn") }
    if fp + fn == 0 { throw refuse("says that no mistake costs anything") }
    self.init(falsePositive: fp, falseNegative: fn)
  }

  var text: String { "fp=\(shortest(falsePositive)),fn=\(shortest(falseNegative))" }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
