import Foundation
import Rendering

/// Where a film plays: frame over frame at the world's pace on a terminal, the ends of episodes into a pipe.
final class TerminalScreen {
  private let isTerminal = isatty(STDOUT_FILENO) == 1
  private let colours: TerminalPicture.Colours
  private let stepsPerSecond: Double
  /// When the next frame is due, in seconds.
  private var due = 0.0
  /// How many lines the frame on the screen has.
  private var height = 0

  init(stepsPerSecond: Double) {
    self.stepsPerSecond = stepsPerSecond
    let environment = ProcessInfo.processInfo.environment
    if !isTerminal || environment["NO_COLOR"] ?? "" != "" || environment["TERM"] == "dumb" {
      colours = .none
    } else {
      colours = ["truecolor", "24bit"].contains(environment["COLORTERM"]) ? .full : .indexed
    }
  }

  /// On a terminal returns when the frame has been seen; leaves out frames it has no time for.
  func show(_ frame: Frame) throws {
    guard isTerminal else {
      guard frame.isLast else { return }
      return try write(
        TerminalPicture(frame, columns: 80, rows: 20, colours: .none).lines.joined(separator: "\n") + "\n\n")
    }
    let now = Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    if due == 0 { due = now }
    // A slow terminal shows fewer frames and keeps the pace.
    if now < due + 1 / stepsPerSecond || frame.isLast { try draw(frame) }
    due += (frame.isLast ? 0.8 : 0) + 1 / stepsPerSecond
    // A signal ends the sleep early.
    let pause = due - Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    if pause > 0 { usleep(UInt32(min(pause, 2) * 1e6)) }
  }

  private func draw(_ frame: Frame) throws {
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0
    let (columns, rows) = isKnown ? (Int(size.ws_col), Int(size.ws_row)) : (80, 24)
    let picture = TerminalPicture(
      frame, columns: min(columns, 100), rows: min(max(rows - 3, 1), 40), colours: colours)
    // Back to where the last frame began, without the cursor; each line is cleared behind its end.
    var text = height > 0 ? "\u{1B}[\(height)A\r" : "\u{1B}[?25l"
    for line in picture.lines {
      let fitting = line.contains("\u{1B}") ? line : String(line.prefix(columns))
      text += fitting + "\u{1B}[K\n"
    }
    if height > picture.lines.count { text += "\u{1B}[J" }
    height = picture.lines.count
    try write(text)
  }

  /// Shows the cursor again.
  func close() {
    if height > 0 { try? write("\u{1B}[?25h") }
  }

  private func write(_ text: String) throws {
    try Output(nil).write(Array(text.utf8))
  }
}
