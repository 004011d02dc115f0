import Formats

/// MLflow's ids of experiments, which the store knows by their names: a number that follows from the name that one was made
/// with, so that it is the same for ever and nothing has to be kept. The experiment that was made as Default is number 0.
package enum ExperimentNumber {
  package static let defaultName = "Default"

  package static func of(_ name: String) -> String {
    if name == defaultName { return "0" }
    let word = SHA256.digest(Array(name.utf8)).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    // Eighteen digits, as those of MLflow's own file store.
    return String(100_000_000_000_000_000 + word % 900_000_000_000_000_000)
  }
}
