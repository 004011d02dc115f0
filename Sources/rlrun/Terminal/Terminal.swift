import Foundation
import Rendering

/// What a stream is shown on: whether anybody looks, how large it is, what it understands.
///
/// The environment is heeded as elsewhere: `COLUMNS` and `LINES` before the size a terminal reports, `NO_COLOR`, and
/// `TERM=dumb` for a terminal that neither moves its cursor nor has colours.
struct Terminal {
  let isTerminal: Bool
  let columns: Int
  let rows: Int
  let colours: TerminalPicture.Colours
  /// The columns that pages and tables have to fit in; nil for a file or a pipe, which take any width unless told one.
  let pageColumns: Int?
  /// Whether what is on the screen can be drawn over.
  let movesCursor: Bool

  /// Of standard output, as it is now.
  static var output: Terminal { Terminal(of: STDOUT_FILENO) }
  /// Of standard error, as it is now.
  static var errors: Terminal { Terminal(of: STDERR_FILENO) }

  init(of descriptor: Int32) {
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0
    self.init(
      isTerminal: isatty(descriptor) == 1, size: isKnown ? (Int(size.ws_col), Int(size.ws_row)) : nil,
      environment: ProcessInfo.processInfo.environment)
  }

  /// `size`: what a terminal reports; 80 by 24 where nobody says.
  init(isTerminal: Bool, size: (columns: Int, rows: Int)?, environment: [String: String]) {
    self.isTerminal = isTerminal
    func given(_ name: String) -> Int? {
      environment[name].flatMap { Int($0) }.flatMap { $0 > 0 ? min($0, 10_000) : nil }
    }
    columns = given("COLUMNS") ?? size?.columns ?? 80
    rows = given("LINES") ?? size?.rows ?? 24
    pageColumns = given("COLUMNS") ?? (isTerminal ? columns : nil)
    movesCursor = isTerminal && environment["TERM"] != "dumb"
    if !movesCursor || environment["NO_COLOR"] ?? "" != "" {
      colours = .none
    } else {
      colours = ["truecolor", "24bit"].contains(environment["COLORTERM"]) ? .full : .indexed
    }
  }
}
