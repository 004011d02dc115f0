import Foundation

/// How far long work is, as how many rows are stored: redrawn on a terminal, a line every ten seconds in a pipe; to standard error.
final class RowsDisplay {
  private let isQuiet: Bool
  private let isRedrawn = Terminal.errors.movesCursor
  private let start = ProcessInfo.processInfo.systemUptime
  private var last = 0.0
  private var lineIsOpen = false

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  func update(_ rows: Int) { update { "\(rows) rows stored, \(Int(Double(rows) / $0)) rows/s" } }

  /// `line`: what is shown after so many seconds.
  func update(_ line: (Double) -> String) {
    let now = ProcessInfo.processInfo.systemUptime - start
    guard !isQuiet, now - last >= (isRedrawn ? 0.2 : 10), now > 1 else { return }
    last = now
    let line = line(now)
    StandardErrors.write(isRedrawn ? "\r\(line)\u{1B}[K" : line + "\n")
    lineIsOpen = isRedrawn
  }

  func finish() {
    if lineIsOpen { StandardErrors.write("\n") }
    lineIsOpen = false
  }
}
