import Foundation
import Rendering
import Telemetry

/// Where a film plays: frame over frame at the world's pace on a terminal, the ends of episodes into a pipe.
final class TerminalScreen {
  private let movesCursor = Terminal.output.movesCursor
  private let stepsPerSecond: Double
  /// When the next frame is due, in seconds.
  private var due = 0.0
  /// How many lines the frame on the screen has.
  private var height = 0

  init(stepsPerSecond: Double) {
    self.stepsPerSecond = stepsPerSecond
  }

  /// On a terminal that moves its cursor returns when the frame has been seen; leaves out frames it has no time for.
  func show(_ frame: Frame) {
    guard movesCursor else {
      guard frame.isLast else { return }
      let columns = min(Terminal.output.columns, 100)
      let picture = TerminalPicture(frame, columns: columns, rows: 20, colours: .none)
      return StandardOutput.show(picture.lines.joined(separator: "\n") + "\n\n")
    }
    let now = MonotonicClock.seconds
    if due == 0 { due = now }
    // A slow terminal shows fewer frames and keeps the pace.
    if now < due + 1 / stepsPerSecond || frame.isLast { draw(frame) }
    due += (frame.isLast ? 0.8 : 0) + 1 / stepsPerSecond
    // A signal ends the sleep early.
    let pause = due - MonotonicClock.seconds
    if pause > 0 { usleep(UInt32(min(pause, 2) * 1e6)) }
  }

  private func draw(_ frame: Frame) {
    let terminal = Terminal.output
    let picture = TerminalPicture(
      frame, columns: min(terminal.columns, 100), rows: min(max(terminal.rows - 3, 1), 40), colours: terminal.colours)
    // Back to where the last frame began, without the cursor; each line is cleared behind its end.
    var text = height > 0 ? "\u{1B}[\(height)A\r" : "\u{1B}[?25l"
    for line in picture.lines {
      let fitting = line.contains("\u{1B}") ? line : String(line.prefix(terminal.columns))
      text += fitting + "\u{1B}[K\n"
    }
    if height > picture.lines.count { text += "\u{1B}[J" }
    height = picture.lines.count
    StandardOutput.show(text)
  }

  /// Shows the cursor again.
  func close() {
    if height > 0 { StandardOutput.show("\u{1B}[?25h") }
  }
}
