import Formats

/// A figure as a page that needs nothing else: the picture, a table of what the lines come to, light or dark as its reader
/// has it.
package struct HTMLChart: Sendable {
  /// The HTML document.
  package let text: String

  /// `width` and `height` as `SVGChart` takes them.
  package init(_ figure: ChartFigure, width: Int? = nil, height: Int? = nil) {
    var untitled = figure
    (untitled.title, untitled.explanation) = ("", "")
    let drawing = ChartDrawing(untitled, width: width, height: height)
    let page = HTMLPage(title: figure.title, explanation: figure.explanation)
    text = page.document(drawing.titled(figure.title), Self.table(of: figure))
  }

  /// `shape`: the sheet's size and title.
  package init(_ chart: HistogramChart, _ shape: HistogramChart.Sheet = .init()) {
    let title = shape.title ?? chart.metric.name
    let page = HTMLPage(title: title, explanation: chart.explanation)
    var untitled = shape
    untitled.title = ""
    text = page.document(ChartDrawing(chart, untitled).titled(title), "")
  }

  /// A row a line, with its panel first where there are several.
  private static func table(of figure: ChartFigure) -> String {
    if figure.columns.isEmpty { return "" }
    let hasSeveral = figure.panels.count > 1
    let head = (hasSeveral ? ["environment"] : []) + figure.columns
    var rows = ["<tr>" + head.map { "<th scope=\"col\">\($0.escapedForXML)</th>" }.joined() + "</tr>"]
    for panel in figure.panels {
      for line in panel.lines {
        let cells = (hasSeveral ? [panel.title] : []) + [line.label] + line.cells.dropFirst()
        rows.append("<tr>" + cells.map { "<td>\($0.escapedForXML)</td>" }.joined() + "</tr>")
      }
    }
    return "<table>\n\(rows.joined(separator: "\n"))\n</table>\n"
  }
}

/// The frame of a page with pictures.
struct HTMLPage {
  var title: String
  var explanation: String

  func document(_ drawing: ChartDrawing, _ table: String) -> String {
    document(
      """
      <figure style="margin:0">
      \(SVGPainter.element(drawing))
      </figure>
      <div class="scroll">
      \(table)</div>
      """)
  }

  func document(_ body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(title.escapedForXML)</title>
    <style>
    body{font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;margin:2rem auto;\
    max-width:80rem;padding:0 1rem;color:#1a1a1a;background:#ffffff}
    h1{font-size:1.4rem;margin:0}
    h2{font-size:1.15rem;margin:2rem 0 .5rem}
    p{color:#666666;margin:.25rem 0 1rem}
    p.lead{color:inherit;font-size:1.1rem;max-width:52rem}
    li{margin:.35rem 0;max-width:52rem}
    p+.scroll table{margin:-.25rem 0 1.5rem}
    svg{max-width:100%;height:auto;display:block}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;margin-top:1.5rem;font-size:.9rem;font-variant-numeric:tabular-nums}
    th,td{padding:.3rem .9rem .3rem 0;text-align:left;border-bottom:1px solid #e6e6e6;vertical-align:top}
    pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}
    \(SVGPainter.classes(.light))
    @media print{
    body{margin:0;max-width:none;padding:0;font-size:10pt}
    figure,tr,pre{break-inside:avoid}
    h2{break-after:avoid}
    .scroll{overflow:visible}
    th,td{padding-right:.5rem;overflow-wrap:anywhere}
    }
    @media (prefers-color-scheme:dark){
    body{color:#f0f2f4;background:#15181c}
    p{color:#9aa3ad}
    th,td,pre{border-color:#2c3238}
    \(SVGPainter.classes(.dark))
    }
    </style>
    </head>
    <body>
    <h1>\(title.escapedForXML)</h1>
    <p>\(explanation.escapedForXML)</p>
    \(body)
    </body>
    </html>

    """
  }
}
