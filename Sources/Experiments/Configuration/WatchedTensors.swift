import Foundation
import Learning
import Telemetry

/// Patterns of watched tensors as a run's record has them: a JSON list in a text.
enum WatchedTensors {
  static func value(_ patterns: [TensorPattern]) -> HyperparameterValue {
    if patterns.isEmpty { return .none }
    return .text(String(decoding: try! ExactJSON.encode(patterns.map(\.description)), as: UTF8.self))
  }

  static func patterns(_ value: HyperparameterValue?) throws -> [TensorPattern] {
    guard case .text(let text)? = value else { return [] }
    return try ExactJSON.decode([String].self, from: Data(text.utf8)).map { TensorPattern($0) }
  }
}
