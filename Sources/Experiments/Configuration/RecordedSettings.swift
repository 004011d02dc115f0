import Foundation
import Learning
import Telemetry
import Tracker

/// Settings that are lists and tables, as a run's record keeps them beside its hyperparameters: JSON in a text.
extension HyperparameterValue {
  /// Texts, whole and finite numbers are always encodable.
  static func json(_ value: some Encodable) -> HyperparameterValue {
    .text(String(decoding: try! ExactJSON.encode(value), as: UTF8.self))
  }

  /// What `json` was made of; nil where this is no text.
  func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value? {
    guard case .text(let text) = self else { return nil }
    return try ExactJSON.decode(type, from: Data(text.utf8))
  }
}

extension DebuggerSettings {
  /// Nothing for the default rules.
  var recorded: HyperparameterValue { isDefault ? .none : .json(self) }

  /// Throws where they were recorded by a program that knew others.
  package init(recorded value: HyperparameterValue?) throws { self = try value?.decoded() ?? DebuggerSettings() }
}

extension [TensorPattern] {
  /// Nothing where none is watched.
  var recorded: HyperparameterValue { isEmpty ? .none : .json(map(\.description)) }

  init(recorded value: HyperparameterValue?) throws {
    self = try (value?.decoded(as: [String].self) ?? []).map { TensorPattern($0) }
  }
}
