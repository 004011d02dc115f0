import Analysis
import ArgumentParser
import Formats
import Foundation
import Settings
import Telemetry
import Tracker

/// What a chart says and looks like.
struct PictureOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "The title (default: what is drawn).")
  var title: String?

  @Option(parsing: .unconditional, help: "The label of the horizontal axis.")
  var xLabel: String?

  @Option(parsing: .unconditional, help: "The label of the vertical axis.")
  var yLabel: String?

  @Option(
    name: [.customLong("color"), .customLong("colour")],
    help: ArgumentHelp(
      """
      A group's colour: #rrggbb or a name (\(ChartColour.names.prefix(8).joined(separator: ", "))), for the groups in the \
      legend's order, or GROUP=COLOUR.
      """, valueName: "colour"))
  var colours: [String] = []

  @Option(
    name: .customLong("label"),
    help: ArgumentHelp("A group's name in the legend.", valueName: "group=name"))
  var labels: [String] = []

  @Option(help: "Width of a picture in pixels (default: 800, more for several panels); in a terminal columns.")
  var width: Int?

  @Option(help: "Height of a picture in pixels (default: 480, more for several panels); in a terminal lines a panel.")
  var height: Int?

  @Option(help: "Pixels of a PNG to one of --width and --height, 1 to 4.")
  var scale = 2

  @Option(parsing: .unconditional, help: "Where the vertical axis begins.")
  var yMin: Double?

  @Option(parsing: .unconditional, help: "Where the vertical axis ends.")
  var yMax: Double?

  @Flag(help: "Make the horizontal axis logarithmic.")
  var logX = false

  @Flag(help: "Make the vertical axis logarithmic.")
  var logY = false

  /// `isPicture`: drawn in pixels, not in characters.
  func check(isPicture: Bool, isCurve: Bool) throws {
    for (option, value, range) in [
      ("--width", width, isPicture ? 200...10_000 : 30...1_000),
      ("--height", height, isPicture ? 200...10_000 : 4...1_000),
    ] {
      guard let value, !range.contains(value) else { continue }
      let unit = isPicture ? "pixels" : "characters in a terminal"
      throw UsageError("\(option) takes \(range.lowerBound) to \(range.upperBound) \(unit), not \(value)")
    }
    if !(1...4).contains(scale) { throw UsageError("--scale takes 1 to 4, not \(scale)") }
    if !isCurve, yMin != nil || yMax != nil || logX || logY {
      throw UsageError("--y-min, --y-max, --log-x and --log-y go with --kind curve")
    }
    for (option, value) in [("--y-min", yMin), ("--y-max", yMax)] {
      guard let value else { continue }
      if !(value.magnitude <= 1e300) { throw UsageError("\(option) takes a number within ±1e300, not \(value)") }
      if logY, value <= 0 { throw UsageError("\(option) with --log-y takes a number above 0, not \(shortest(value))") }
    }
    if let yMin, let yMax, yMin >= yMax {
      throw UsageError("--y-min \(shortest(yMin)) is not below --y-max \(shortest(yMax))")
    }
  }

  /// The figure as asked for. Throws for a group that is not drawn, and for what is no colour.
  func applied(to figure: ChartFigure) throws -> ChartFigure {
    var scales = ChartScales()
    (scales.isHorizontalLogarithmic, scales.isVerticalLogarithmic) = (logX, logY)
    (scales.low, scales.high) = (yMin, yMax)
    var figure = logX || logY || yMin != nil || yMax != nil ? figure.on(scales) : figure
    if let title { figure.title = title }
    figure.nameAxes(horizontal: xLabel, vertical: yLabel)
    let groups = figure.labels
    var place = 0
    for text in colours {
      if let colour = ChartColour(text) {
        guard place < groups.count else {
          throw UsageError(
            "there are \(colours.count) colours for \(groups.count) group\(groups.count == 1 ? "" : "s")")
        }
        figure.colours[groups[place]] = colour
        place += 1
      } else {
        guard text.contains("=") else { throw Self.noColour(text) }
        let (group, name) = try Self.assignment(text, among: groups)
        guard let colour = ChartColour(name) else { throw Self.noColour(name) }
        figure.colours[group] = colour
      }
    }
    for text in labels {
      guard text.contains("=") else { throw UsageError("--label takes group=name, not '\(text)'") }
      let (group, name) = try Self.assignment(text, among: groups)
      figure.rename(group, to: name)
    }
    return figure
  }

  /// A sheet for histograms.
  func sheet() throws -> HistogramChart.Sheet {
    var sheet = HistogramChart.Sheet()
    if let width { sheet.width = width }
    if let height { sheet.height = height }
    if let xLabel { sheet.horizontal = xLabel }
    (sheet.title, sheet.vertical) = (title, yLabel)
    if !labels.isEmpty { throw UsageError("--label goes with curves and profiles: histograms have no legend") }
    if colours.count > 1 { throw UsageError("histograms take one --color, not \(colours.count)") }
    if let text = colours.first {
      guard let colour = ChartColour(text) else { throw Self.noColour(text) }
      sheet.colour = colour
    }
    return sheet
  }

  private static func noColour(_ text: String) -> UsageError {
    let guess = didYouMean(text, among: ChartColour.names)
    return UsageError(
      "'\(text)' is no colour\(guess ?? "; colours are #rrggbb, \(ChartColour.names.prefix(9).joined(separator: ", "))")"
    )
  }

  /// `GROUP=value`, where a group's name, or the part of it that is given, may have `=` in it too.
  private static func assignment(_ text: String, among groups: [String]) throws -> (group: String, value: String) {
    let splits = text.indices.filter { text[$0] == "=" }
      .map { (group: String(text[..<$0]), value: String(text[text.index(after: $0)...])) }
    for (name, value) in splits.reversed() where groups.contains(name) { return (name, value) }
    var several: (String, [String])?
    for (name, value) in splits.reversed() where !name.isEmpty {
      let found = groups.filter { $0.localizedCaseInsensitiveContains(name) }
      if found.count == 1 { return (found[0], value) }
      if found.count > 1 { several = (name, found) }
    }
    if let (name, found) = several {
      throw UsageError("'\(name)' could be \(found.map { "'\($0)'" }.joined(separator: " or "))")
    }
    let name = splits.last?.group ?? text
    throw UsageError(
      "no group '\(name)' is drawn"
        + (didYouMean(name, among: groups) ?? "; there \(groups.count == 1 ? "is" : "are") ")
        + (didYouMean(name, among: groups) == nil ? groups.map { "'\($0)'" }.joined(separator: ", ") : ""))
  }
}
