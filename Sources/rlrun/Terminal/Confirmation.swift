import Foundation

/// A question before something is done that cannot be undone.
struct Confirmation {
  private let action: String

  /// `action`: `delete these 3 runs`.
  init(_ action: String) { self.action = action }

  /// Whether it is wanted: asks at the terminal unless that is settled. Throws where nobody can answer.
  func isGiven(unless isSettled: Bool) throws -> Bool {
    if isSettled { return true }
    guard isatty(STDIN_FILENO) == 1, Terminal.errors.isTerminal else {
      throw UsageError("to \(action), pass --yes")
    }
    try StandardOutput.flush()
    StandardErrors.write("\(action.prefix(1).uppercased())\(action.dropFirst())? [y/N] ".printable)
    return ["y", "yes"].contains((readLine() ?? "").lowercased())
  }
}
