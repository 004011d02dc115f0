import Formats
import Settings

/// What runs share that differ by nothing but their seed. Every kind of run has its hash made here.
///
///     let identity = ConfigurationIdentity(
///       kind: "simulation", subject: "euler", target: "orbit", settings: ["dt": .number(0.01)])
///     identity.hash  // 16 hexadecimal digits
package struct ConfigurationIdentity: Sendable, Hashable, Encodable {
  package let kind: RunKind
  /// What learns or is fitted, `ppo`.
  package let subject: String
  /// What it learns on, `CartPole-v1`.
  package let target: String
  /// The hyperparameters and settings that make a difference. One that is `none` is left out, so that a new setting that
  /// is off changes no hash.
  package let settings: [String: HyperparameterValue]

  package init(kind: RunKind, subject: String, target: String, settings: [String: HyperparameterValue]) {
    (self.kind, self.subject, self.target) = (kind, subject, target)
    self.settings = settings.filter { $0.value != .none }
  }

  /// The first sixteen hexadecimal digits of the SHA-256 of its JSON with sorted keys.
  package var hash: String {
    // Texts and numbers are always encodable so.
    Self.digits(of: try! JSONForm.exact.encode(self))
  }

  static func digits(of bytes: some Sequence<UInt8>) -> String { String(SHA256.hexadecimal(Array(bytes)).prefix(16)) }
}
