import Formats
import Settings

/// How much of the scores' variance each setting accounts for.
package struct SettingImportance: Sendable, Hashable, Codable {
  package struct Share: Sendable, Hashable, Codable {
    package var name: String
    package var share: Double
  }

  /// The most important first; they sum to 1.
  package var shares: [Share]
  /// The share of the variance that single settings account for; the rest is interactions.
  package var singly: Double
}
