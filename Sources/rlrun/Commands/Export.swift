import ArgumentParser
import Foundation
import Tracker

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write metrics or findings as CSV.",
    discussion: """
      Example:
        rlrun export --experiment first --format csv -o first.csv
        rlrun export latest --layout wide

      long: a row a point, sorted by run, metric and step. wide: a row a step, a column a metric. Values read back as
      the very same float64; times are Unix seconds. Lines end in \\n; fields are quoted (RFC 4180) where they must be.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case csv }
  enum Content: String, CaseIterable, ExpressibleByArgument { case metrics, findings }

  @OptionGroup var selection: RunSelection

  @Option(help: "csv.")
  var format: Format = .csv

  @Option(help: "Of metrics: long or wide.")
  var layout: CSVExport.Layout = .long

  @Option(help: "metrics or findings.")
  var what: Content = .metrics

  @Flag(help: "With what a resume has superseded.")
  var all = false

  @Option(name: .shortAndLong, help: "The file to write (default: standard output).", completion: .file())
  var output: String?

  func run() throws {
    let export = CSVExport(try selection.records(includingSuperseded: all))
    let file = try Output(output)
    switch what {
    case .metrics: try export.metrics(layout) { bytes throws(OutputError) in try file.write(bytes) }
    case .findings: try export.findings { bytes throws(OutputError) in try file.write(bytes) }
    }
    try file.finish()
    if let output { complain("wrote \(export.records.count) run\(export.records.count == 1 ? "" : "s") to \(output)") }
  }
}

extension CSVExport.Layout: ExpressibleByArgument {}
