import Formats

/// Why a registered model could not be read or changed.
package enum RegistryError: UserFacingError, Hashable {
  case missing(String)
  case exists(String)
  case missingVersion(String, String)
  case notAVersion(String)
  case damaged(path: String)

  package var description: String {
    switch self {
    case .missing(let name): "Registered Model with name=\(name) not found"
    case .exists(let name): "Registered Model (name=\(name)) already exists."
    case .missingVersion(let name, let number): "Model Version (name=\(name), version=\(number)) not found"
    case .notAVersion(let text): "Model version must be an integer, got '\(text)'"
    case .damaged(let path): "The registered model in \(path) cannot be read."
    }
  }

  package var status: FailureStatus { if case .damaged = self { .failedWork } else { .badUsage } }
}
