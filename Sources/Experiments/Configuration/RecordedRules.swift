import Foundation
import Learning
import Telemetry
import Tracker

/// The debugger's settings as a run's record has them: JSON in a text, none for the default rules.
enum RecordedRules {
  static func value(_ settings: DebuggerSettings) -> HyperparameterValue {
    settings.isDefault ? .none : .text(String(decoding: try! ExactJSON.encode(settings), as: UTF8.self))
  }

  static func settings(_ value: HyperparameterValue?) throws -> DebuggerSettings {
    guard case .text(let text)? = value else { return DebuggerSettings() }
    return try ExactJSON.decode(DebuggerSettings.self, from: Data(text.utf8))
  }
}

/// The rules that a run was watched by.
public enum RunRules {
  /// Throws where they were recorded by a program that knew others.
  public static func settings(of description: RunDescription) throws -> DebuggerSettings {
    try RecordedRules.settings(description.protocolSettings["rules"])
  }
}
