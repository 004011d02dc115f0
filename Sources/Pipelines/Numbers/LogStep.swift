import Foundation
import Settings

struct LogStep: ColumnStep {
  enum Base: String, CaseIterable, Codable, Sendable {
    case log1p, log, log2, log10

    func value(_ x: Double) -> Double {
      switch self {
      case .log1p: Foundation.log1p(x)
      case .log: Foundation.log(x)
      case .log2: Foundation.log2(x)
      case .log10: Foundation.log10(x)
      }
    }
  }

  static let name = "log"
  static let summary = "logarithms"
  static let hyperparameters: [Hyperparameter<LogStep>] = [
    .choice("function", \.base, "log1p: the natural logarithm of 1 + x")
  ]
  static let texts = ColumnChoice.parameters(of: \LogStep.choice)

  var base = Base.log1p
  var choice = ColumnChoice()

  struct Map: NumberMap {
    var base: Base

    func apply(_ values: inout [Double]) {
      values.change { value in
        let result = base.value(value)
        return result.isFinite ? result : .nan
      }
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> NumberMaps<Map> {
    try NumberMaps(data, choice) { (name, values) throws(PipelineError) in
      if let value = values.first(where: { !$0.isNaN && !base.value($0).isFinite }) {
        throw PipelineError("the column '\(name)' has \(value), of which there is no \(base.rawValue)")
      }
      return Map(base: base)
    }
  }
}
