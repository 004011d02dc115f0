import Analysis
import Explanations
import Foundation

extension Explanation {
  private static let mostRows = 15, mostPoints = 400, mostOutputs = 3

  /// The picture of what was asked for last, or of the rows' contributions.
  var picture: ChartDrawing {
    if let dependence = dependences.last, !request.columns.isEmpty { return chart(dependence, mainOutput(dependence)) }
    if let place = request.rows.indices.last { return waterfall(place, mainOutput(of: parts)) }
    return swarm(mainOutput(of: summary))
  }

  /// Everything on one page.
  var page: SectionedPage {
    var page = SectionedPage(title: "\(name) for \(model.target)", explanation: heading)
    var columns: [SectionedPage.Part] = []
    if let importance {
      columns += [
        .text(
          "How much worse \(importance.metric), \(Self.brief(importance.score)), gets where a column is shuffled among the rows: the mean of \(importance.repeats) repeats and its 95 % interval, which is that of the shuffles, not of other rows."
        ),
        .picture(bars(importance)),
      ]
    }
    columns.append(.table(rankingTable))
    page.add("Which columns matter", columns)
    let shown = model.outputs.indices.sorted { first, _ in first == mainOutput(of: summary) }.prefix(Self.mostOutputs)
    page.add(
      "What they add to each row",
      [.text("A point is a row. \(methodWords.prefix(1).uppercased() + methodWords.dropFirst()).")]
        + shown.map { .picture(swarm($0)) })
    page.add(
      "Predictions over a column",
      [.text("Thick: the mean prediction where all rows had the value (partial dependence). Thin: single rows.")]
        + dependences.map { .picture(chart($0, mainOutput($0))) })
    page.add(
      request.rows.isEmpty ? "Some rows: the least, the middle and the greatest" : "Rows",
      rows.indices.map { .picture(waterfall($0, mainOutput(of: parts))) })
    return page
  }

  private var rankingTable: [[String]] {
    let sizes = summary.meanSizes
    var head = ["column", "adds (mean |SHAP|)"]
    if let importance { head += ["\(importance.metric) lost", "95 % interval"] }
    if gains != nil { head += ["share of gain", "splits"] }
    if !source.sources.isEmpty { head.append("made of") }
    return [head]
      + ranking.map { column in
        var row = [model.columns[column].name, Self.brief(sizes[column])]
        if let loss = importance?.columns[column].loss {
          row += [Self.brief(loss.mean), "\(Self.brief(loss.low)) to \(Self.brief(loss.high))"]
        }
        if let gain = gains?[column] { row += [String(format: "%.1f %%", 100 * gain.share), "\(gain.splits)"] }
        if !source.sources.isEmpty { row.append(source.sources[model.columns[column].name].map(Self.words) ?? "") }
        return row
      }
  }

  private func bars(_ importance: PermutationImportance) -> ChartDrawing {
    let sorted = importance.columns.sorted { $0.loss.mean > $1.loss.mean }.prefix(Self.mostRows)
    return IntervalBarChart(
      title: "", axis: "\(importance.metric) lost where the column is shuffled",
      bars: sorted.map { column in
        IntervalBarChart.Bar(
          name: column.name, value: column.loss.mean, interval: (column.loss.low, column.loss.high))
      }
    ).drawing()
  }

  private func swarm(_ output: Int) -> ChartDrawing {
    let step = max(1, summary.rows / Self.mostPoints)
    let rows = Array(stride(from: 0, to: summary.rows, by: step))
    let columns = ranking.prefix(Self.mostRows).map { column -> (name: String, points: [SwarmChart.Point]) in
      let source = model.columns[column]
      let places = rows.map { self.source.features.value(of: source, row: summaryRows[$0]).position }
      let shades = Self.shades(places)
      return (
        source.name,
        zip(rows, shades).map { SwarmChart.Point(summary.values[output][$0][column], shade: $1) }
      )
    }
    return SwarmChart(
      title: "What each column adds to each row's \(words(forOutput: output, summary.unit))",
      axis: "added to the \(words(forOutput: output, summary.unit))", columns: Array(columns)
    ).drawing()
  }

  /// Ranks of values from 0 to 1; nil where they are missing.
  private static func shades(_ places: [Double?]) -> [Double?] {
    let distinct = Array(Set(places.compactMap { $0 })).sorted()
    let ranks = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, Double($0)) })
    let most = Double(max(1, distinct.count - 1))
    return places.map { place in place.map { ranks[$0]! / most } }
  }

  private func waterfall(_ place: Int, _ output: Int) -> ChartDrawing {
    let values = parts.values[output][place]
    let order = values.indices.sorted { (abs(values[$1]), $0) < (abs(values[$0]), $1) }
    var steps = order.prefix(Self.mostRows).map { column in
      WaterfallChart.Step(
        name: words(for: column, row: rows[place]), change: values[column], error: parts.errors?[output][place][column])
    }
    let rest = order.dropFirst(Self.mostRows)
    if !rest.isEmpty {
      steps.append(
        WaterfallChart.Step(name: "\(rest.count) more columns", change: rest.reduce(0) { $0 + values[$1] }))
    }
    return WaterfallChart(
      title: "Row \(rows[place] + 1)", axis: words(forOutput: output, parts.unit), expected: parts.expected[output],
      steps: steps
    ).drawing()
  }

  /// The output that changes most over the values.
  private func mainOutput(_ dependence: PartialDependence) -> Int {
    let ranges = dependence.means.map { ($0.max() ?? 0) - ($0.min() ?? 0) }
    return ranges.indices.max { ranges[$0] < ranges[$1] } ?? 0
  }

  private func chart(_ dependence: PartialDependence, _ output: Int) -> ChartDrawing {
    var (places, names): ([Double], [String]?) = (dependence.values.map { $0.position ?? 0 }, nil)
    switch dependence.values.first {
    case .level?: (places, names) = (dependence.values.indices.map(Double.init), dependence.values.map(\.words))
    case .date?: names = dependence.values.map(\.words)
    default: break
    }
    let unit = model.classes == nil ? model.target : "probability of '\(dependence.outputs[output])'"
    return DependenceChart(
      title: "Predictions over '\(dependence.column)'", horizontal: dependence.column, vertical: unit, places: places,
      names: names, mean: dependence.means[output], curves: dependence.curves[output]
    ).drawing()
  }
}

extension TreeDiagram.Node {
  /// A tree of a model, in a few words a node.
  init(_ tree: ReadableTree) {
    func words(_ facts: ReadableTree.Facts) -> [String] {
      let values = facts.values.sorted { $0.value > $1.value }.prefix(2).map { output, value in
        (facts.values.count > 1 ? "\(output) " : "") + Explanation.brief(value)
      }
      return [values.joined(separator: ", "), "\(facts.rows) row\(facts.rows == 1 ? "" : "s")"].filter { !$0.isEmpty }
    }
    switch tree {
    case .leaf(let facts): self = .leaf(words(facts))
    case .cut(let leaves, let facts): self = .leaf(["… \(leaves) leaves"] + words(facts).suffix(1))
    case .question(let question, let facts, let yes, let no):
      self = .question(question, words(facts), yes: TreeDiagram.Node(yes), no: TreeDiagram.Node(no))
    }
  }
}
