import Debugger
import Formats
import Foundation
import Learning
import Settings
import Telemetry
import Tracker

/// The settings that a run's record keeps beside its hyperparameters, as the types they had.
///
/// A log knows numbers, texts, true, false and nothing; a whole number of a type that has fractions is read back as an
/// integer, and a text that is a number's name as that number. Every reader of settings goes through here.
package struct RecordedSettings {
  private let values: [String: HyperparameterValue]

  package init(_ values: [String: HyperparameterValue]) { self.values = values }

  package func required<Value>(_ name: String, _ read: (String) throws -> Value?) throws -> Value {
    guard let value = try read(name) else {
      throw ConfigurationError("the run's record lacks the setting '\(name)'")
    }
    return value
  }

  package func number(_ name: String) throws(ConfigurationError) -> Double? {
    switch values[name] {
    case nil, HyperparameterValue.none?: nil
    case .number(let number)?: number
    case .integer(let integer)?: Double(integer)
    case let other?: throw unreadable(name, other, "number")
    }
  }

  package func integer(_ name: String) throws(ConfigurationError) -> Int? {
    switch values[name] {
    case nil, HyperparameterValue.none?: return nil
    case .integer(let integer)?: return integer
    case .number(let number)?:
      if let integer = Int(exactly: number) { return integer }
      throw unreadable(name, .number(number), "whole number")
    case let other?: throw unreadable(name, other, "whole number")
    }
  }

  package func flag(_ name: String) throws(ConfigurationError) -> Bool? {
    switch values[name] {
    case nil, HyperparameterValue.none?: nil
    case .flag(let flag)?: flag
    case let other?: throw unreadable(name, other, "true or false")
    }
  }

  package func text(_ name: String) throws(ConfigurationError) -> String? {
    switch values[name] {
    case nil, HyperparameterValue.none?: nil
    case .text(let text)?: text
    // The log's names for numbers that JSON has no form for.
    case .number(.infinity)?: "Infinity"
    case .number(-.infinity)?: "-Infinity"
    case .number(let number)? where number.isNaN: "NaN"
    case let other?: throw unreadable(name, other, "text")
    }
  }

  /// Lists and tables are kept as JSON in a text.
  package func decoded<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value? {
    try text(name).map { try JSONForm.exact.decode(type, from: Data($0.utf8)) }
  }

  /// The default rules where nothing is kept. Throws where they were recorded by a program that knew others.
  package func debugger(_ name: String) throws -> DebuggerSettings {
    guard let settings: DebuggerSettings = try decoded(name) else { return DebuggerSettings() }
    return try DebuggerSettings(
      selection: settings.selection, parameters: settings.parameters, conditions: settings.conditions)
  }

  package func patterns(_ name: String) throws -> [NamePattern] {
    try (decoded(name, as: [String].self) ?? []).map { NamePattern($0) }
  }

  private func unreadable(_ name: String, _ value: HyperparameterValue, _ kind: String) -> ConfigurationError {
    ConfigurationError("the run's record has '\(value)' for the setting '\(name)', which is no \(kind)")
  }
}

extension HyperparameterValue {
  /// Texts, whole and finite numbers are always encodable.
  package static func json(_ value: some Encodable) -> HyperparameterValue {
    .text(try! JSONForm.exact.text(value))
  }
}

extension DebuggerSettings {
  /// Nothing for the default rules.
  package var recorded: HyperparameterValue { isDefault ? .none : .json(self) }

  /// Those a run is watched with. Throws where they were recorded by a program that knew others.
  package init(of description: RunDescription) throws {
    self = try RecordedSettings(description.protocolSettings).debugger("rules")
  }
}

extension [NamePattern] {
  /// Nothing where none is watched.
  package var recorded: HyperparameterValue { isEmpty ? .none : .json(map(\.description)) }
}
