import ArgumentParser
import Formats
import Foundation
import Tracker

/// The columns that pages and tables for people have to fit in: `COLUMNS` where it is set, else those of the terminal; nil
/// for a file or a pipe, which take any width.
var pageWidth: Int? { Terminal.output.pageColumns }

/// `--wide`, of commands that leave columns out on a narrow terminal.
struct WidthOption: ParsableArguments {
  @Flag(help: "Show every column, however wide the terminal is.")
  var wide = false

  var columns: Int? { wide ? nil : pageWidth }
}

/// Prints text for people: lines wrapped to the page, what is broken off indented by `hanging` columns more.
func printPage(_ text: String, hanging: Int = 2) {
  print(text.wrappedLines(to: pageWidth, hanging: hanging))
}

/// Prints a table that has no column to do without.
func printPage(_ table: TextTable) { print(table.fitted(to: pageWidth).text) }
