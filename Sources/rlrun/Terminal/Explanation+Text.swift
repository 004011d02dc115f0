import Explanations
import Formats
import Foundation

extension Explanation {
  /// Columns or rows in a table.
  private static let mostLines = 20, barWidth = 20

  /// `width`: the columns to fit in; nil for as many as it takes.
  func text(width: Int?) -> String {
    var sections = [heading.wrappedLines(to: width)]
    if request.isSummary { sections.append(ranked(width)) }
    for (place, row) in request.rows.enumerated() {
      for output in model.outputs.indices { sections.append(takenApart(place, row, output, width)) }
    }
    for dependence in dependences where request.columns.contains(where: { $0.name == dependence.column }) {
      sections.append(overValues(dependence, width))
    }
    return sections.joined(separator: "\n\n")
  }

  private func ranked(_ width: Int?) -> String {
    let sizes = summary.meanSizes
    let most = sizes.max() ?? 0
    var head = ["column", "adds (mean)", ""]
    if let importance { head += ["\(importance.metric) lost", "95 % interval"] }
    if gains != nil { head += ["gain", "splits"] }
    var table = TextTable(head, dispensable: ["", "splits", "gain"])
    for column in ranking.prefix(Self.mostLines) {
      var row = [
        model.columns[column].name, Self.brief(sizes[column], beside: most), Self.bar(sizes[column], of: most),
      ]
      if let loss = importance?.columns[column].loss {
        row += [Self.brief(loss.mean), "\(Self.brief(loss.low)) to \(Self.brief(loss.high))"]
      }
      if let gain = gains?[column] { row += [String(format: "%.1f %%", 100 * gain.share), "\(gain.splits)"] }
      table.add(row)
    }
    var lines = [table.fitted(to: width).text(noting: "a wider terminal shows them")]
    if ranking.count > Self.mostLines { lines.append("and \(ranking.count - Self.mostLines) more columns") }
    let unit = model.outputs.count == 1 ? words(forOutput: 0, summary.unit) : "\(unitName) of the classes"
    lines.append(
      "adds: the mean size of what a column adds to a row's output (SHAP), in \(unit); \(methodWords).".wrappedLines(
        to: width))
    if let importance {
      lines.append(
        "\(importance.metric) lost: how much worse \(importance.metric), \(Self.brief(importance.score)), gets where the column is shuffled, in the mean of \(importance.repeats) repeats."
          .wrappedLines(to: width))
    } else if source.target == nil {
      let sentence = "Not every row has a value of '\(model.target)', so no score is lost where a column is shuffled."
      lines.append(sentence.wrappedLines(to: width))
    }
    let made = ranking.prefix(Self.mostLines).compactMap { column in
      source.sources[model.columns[column].name].map { "\(model.columns[column].name) of \(Self.words($0))" }
    }
    if !made.isEmpty { lines.append("made by the pipeline: \(made.joined(separator: "; ")).".wrappedLines(to: width)) }
    return lines.joined(separator: "\n")
  }

  /// `size, price and 3 more`
  static func words(_ names: [String]) -> String {
    let shown = names.prefix(6).joined(separator: ", ")
    return names.count > 6 ? "\(shown) and \(names.count - 6) more" : shown
  }

  private var unitName: String {
    switch summary.unit {
    case .score: "scores"
    case .probability: "probabilities"
    case .number: "units"
    }
  }

  private func takenApart(_ place: Int, _ row: Int, _ output: Int, _ width: Int?) -> String {
    let values = parts.values[output][place]
    let order = values.indices.sorted { (abs(values[$1]), $0) < (abs(values[$0]), $1) }
    let most = abs(order.first.map { values[$0] } ?? 0)
    let errors = parts.errors?[output][place]
    var table = TextTable(["column", "adds", ""] + (errors == nil ? [] : ["± error"]), dispensable: [""])
    for column in order.prefix(Self.mostLines) {
      table.add(
        [
          words(for: column, row: row), Self.signed(values[column], beside: most),
          Self.bar(abs(values[column]), of: most),
        ]
          + (errors.map { [Self.brief($0[column])] } ?? []))
    }
    let rest = order.dropFirst(Self.mostLines)
    if !rest.isEmpty {
      table.add(
        ["\(rest.count) more columns", Self.signed(rest.reduce(0) { $0 + values[$1] }), ""]
          + (errors == nil ? [] : [""]))
    }
    let head =
      "row \(row + 1): \(words(forOutput: output, parts.unit)) \(Self.brief(parts.total(output: output, row: place))), "
      + "expected \(Self.brief(parts.expected[output]))"
    return head.wrappedLines(to: width) + "\n" + table.fitted(to: width).text
  }

  private func overValues(_ dependence: PartialDependence, _ width: Int?) -> String {
    let isOne = dependence.outputs.count == 1
    var table = TextTable([dependence.column] + (isOne ? ["mean"] : dependence.outputs) + [""], dispensable: [""])
    let (low, high) = (dependence.means[0].min() ?? 0, dependence.means[0].max() ?? 0)
    for (place, value) in dependence.values.enumerated() {
      let bar = isOne ? Self.bar(dependence.means[0][place] - low, of: high - low) : ""
      table.add([value.words] + dependence.means.map { Self.brief($0[place]) } + [bar])
    }
    let unit =
      model.classes == nil
      ? model.target : isOne ? "probability of '\(dependence.outputs[0])'" : "probability of each class"
    let head = "\(unit) where all rows had this '\(dependence.column)', in the mean of the rows"
    return head.wrappedLines(to: width) + "\n" + table.fitted(to: width).text
  }

  // MARK: Numbers

  static func brief(_ value: Double) -> String {
    value.isFinite ? String(format: abs(value) < 0.001 && value != 0 ? "%.2g" : "%.4g", value) : "–"
  }

  /// As `brief`, but 0 for the rounding of what is beside `most`.
  private static func brief(_ value: Double, beside most: Double) -> String {
    brief(abs(value) < 1e-12 * most ? 0 : value)
  }

  static func signed(_ value: Double, beside most: Double = 0) -> String {
    let text = brief(value, beside: most)
    return (value > 0 && text != "0" ? "+" : "") + text
  }

  private static func bar(_ value: Double, of most: Double) -> String {
    guard most > 0, value.isFinite else { return "" }
    let eighths = Int((Double(8 * barWidth) * value / most).rounded())
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][max(0, eighths) % 8]
    return String(repeating: "█", count: max(0, eighths) / 8) + rest
  }
}
