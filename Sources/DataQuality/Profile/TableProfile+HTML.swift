import Datasets
import Formats

extension TableProfile {
  /// A page that needs nothing else: a section a column with its picture, correlations as a coloured table, and the target.
  package func html(title: String) -> String {
    let sections = columns.prefix(Self.mostSections).map(Self.section)
    var notes = notes
    if columns.count > Self.mostSections {
      notes.append("Only the first \(grouped(Self.mostSections)) of \(grouped(columns.count)) columns have a section.")
    }
    let remarks = notes.map { "<p>\($0.escapedForXML)</p>\n" }.joined()
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title.escapedForXML)</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <h1>\(title.escapedForXML)</h1>
      <p>\(heading.escapedForXML)</p>
      \(remarks)\(targetSection)<main>
      \(sections.joined(separator: "\n"))
      </main>
      \(correlationSection)</body>
      </html>

      """
  }

  private static let mostSections = 1_000

  private static let style = """
    body{font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;margin:2rem auto;\
    max-width:80rem;padding:0 1rem;color:#1a1a1a;background:#ffffff}
    h1{font-size:1.4rem;margin:0}
    h2{font-size:1.05rem;margin:0 0 .3rem;overflow-wrap:anywhere}
    p{color:#666666;margin:.25rem 0 1rem}
    main{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:1.5rem}
    section{border-top:1px solid #e6e6e6;padding-top:.8rem}
    svg{width:100%;height:auto;display:block}
    svg rect{fill:#0072b2}
    svg text{font-size:11px;fill:#1a1a1a}
    table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
    th,td{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top;font-weight:normal}
    .scroll{overflow-x:auto}
    .heat td{padding:.3rem .5rem;text-align:right;color:#1a1a1a}
    @media (prefers-color-scheme:dark){
    body{color:#f0f2f4;background:#15181c}
    p{color:#9aa3ad}
    section{border-color:#2c3238}
    svg rect{fill:#56b4e9}
    svg text{fill:#f0f2f4}
    }
    """

  private static func section(_ column: ColumnProfile) -> String {
    var facts = [
      ("kind", column.kind.rawValue), ("missing", column.missingText), ("distinct", grouped(column.distinct)),
    ]
    if let numbers = column.numbers {
      facts += [("min", column.spelled(numbers.least)), ("median", column.spelled(numbers.quantile(0.5)!))]
      facts += [("max", column.spelled(numbers.most)), ("mean", column.spelled(numbers.mean))]
    }
    if let lengths = column.lengths { facts.append(("length", "\(lengths.least)–\(lengths.most)")) }
    let rows = facts.map { "<tr><th scope=\"row\">\($0.0)</th><td>\($0.1.escapedForXML)</td></tr>" }.joined()
    let picture = column.numbers != nil ? ProfilePicture.histogram(column) : ProfilePicture.bars(column.top)
    return "<section><h2>\(column.name.printable.escapedForXML)</h2>\(picture)<table>\(rows)</table></section>"
  }

  private var targetSection: String {
    guard let target else { return "" }
    let features = target.features.prefix(10).map {
      "<tr><td>\($0.feature.printable.escapedForXML)</td><td>\(fixed($0.score))</td>"
        + "<td>\($0.score >= FeatureScore.limit ? "leaks?" : "")</td></tr>"
    }
    return """
      <section><h2>Target \(target.name.printable.escapedForXML)</h2>\(ProfilePicture.bars(Array(target.classes.prefix(10))))
      <table><tr><th scope="col">feature</th><th scope="col">predicts the target alone</th><th></th></tr>\(features.joined())</table></section>

      """
  }

  /// Pearson's, Cramér's V and correlation ratios, a row and a column each.
  private var correlationSection: String {
    let shown = correlations.filter { $0.measure != .spearman && $0.value.isFinite }
    if shown.isEmpty { return "" }
    var names: [String] = []
    for name in shown.flatMap({ [$0.first, $0.second] }) where !names.contains(name) { names.append(name) }
    var values: [[String]: Correlation] = [:]
    for one in shown { (values[[one.first, one.second]], values[[one.second, one.first]]) = (one, one) }
    let head = names.map { "<th scope=\"col\">\($0.printable.escapedForXML)</th>" }.joined()
    let rows = names.map { name in
      let cells = names.map { other -> String in
        guard let one = values[[name, other]] else { return "<td></td>" }
        let strength = fixed(min(1, abs(one.value)) * 0.8)
        let colour = one.value < 0 ? "213,94,0" : "0,114,178"
        return "<td title=\"\(one.measure.title.escapedForXML)\" style=\"background:rgba(\(colour),\(strength))\">"
          + "\(fixed(one.value))</td>"
      }
      return "<tr><th scope=\"row\">\(name.printable.escapedForXML)</th>\(cells.joined())</tr>"
    }
    return """
      <section><h2>Correlations</h2>
      <p>Pearson's of two columns of numbers, Cramér's V of two of categories, the correlation ratio of one of each.</p>
      <div class="scroll"><table class="heat"><tr><th></th>\(head)</tr>\(rows.joined(separator: "\n"))</table></div></section>

      """
  }
}
