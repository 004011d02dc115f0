import Analysis
import Formats
import Tracker
import WebServer

/// Charts over several runs: a line a group of seeds, or a run.
struct ChartsPage {
  let runs: SelectedRuns
  private var view: ChartView { runs.view }

  init(_ runs: SelectedRuns) { self.runs = runs }

  /// Charts that a page has at most; the field finds the others.
  private static let chartLimit = 300

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    frame.title = (view.runs.experiment ?? "Runs") + " charts"
    frame.place = .runs
    frame.scripts = ["uplot.js", "lines.js"]
    let count = runs.outlines.count
    let more: HTML =
      runs.count > count && view.named.isEmpty
      ? " <span class=\"soft\">of \(Shown.grouped(runs.count)), the newest</span>" : ""
    return frame.page(
      """
      \(ViewTabs(view: view.runs, named: view.named, current: .charts).html)
      \(tools)
      <p class="soft line">\(Shown.grouped(count)) run\(count == 1 ? "" : "s")\(more), \(runs.groups.groups.count) group\(runs.groups.groups.count == 1 ? "" : "s").
      <span id="explanation">\(explanation)</span></p>
      \(legend)
      \(charts)
      """)
  }

  private var explanation: String {
    view.showsSingleRuns
      ? "Each run is a line; its band is the range of the points behind a pixel."
      : "Lines are means over seeds, bands 95 % bootstrap intervals, of fewer than 4 seeds their range."
  }

  private var tools: HTML {
    let hidden: [HTML] = view.selection.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" }
    func on(_ flag: Bool, _ mark: HTML) -> HTML { flag ? mark : "" }
    return """
      <form class="tools chart-tools" id="view" action="/charts">\(hidden)
      <label>Over <select name="x"><option value="steps">steps</option><option value="time"\(on(view.axis == .time, " selected"))>wall time</option></select></label>
      <label>Smoothing <input type="range" name="smooth" min="0" max="0.99" step="0.01" value="\("\(view.smoothing)")"></label>
      <label><input type="checkbox" name="logx" value="1"\(on(view.scales.isHorizontalLogarithmic, " checked"))> Log x</label>
      <label><input type="checkbox" name="logy" value="1"\(on(view.scales.isVerticalLogarithmic, " checked"))> Log y</label>
      <label><input type="checkbox" name="single" value="1"\(on(view.showsSingleRuns, " checked"))> Single runs</label>
      <button type="button" id="unzoom" class="quiet" hidden>Whole range</button>
      <label class="grow">Metrics <input id="metrics" type="search" placeholder="loss, reward" spellcheck="false"></label>
      <noscript><button>Show</button></noscript></form>

      """
  }

  private var legend: HTML {
    let items: [HTML] = runs.groups.groups.enumerated().map { place, group in
      """
      <li><label><input type="checkbox" checked data-group="\(place)"><span class="key k\(place % 7)\(Self.dash(place))"></span>\(group.label)
      <span class="soft">\(group.runs.count) seed\(group.runs.count == 1 ? "" : "s")</span></label></li>
      """
    }
    return "<ul class=\"legend\" id=\"legend\" aria-label=\"Groups\">\(items)</ul>\n"
  }

  private static func dash(_ place: Int) -> HTML { place / 7 % 2 == 1 ? " dashed" : "" }

  private var charts: HTML {
    let metrics = runs.metrics
    if metrics.isEmpty { return "<p class=\"empty\">These runs have recorded nothing yet.</p>" }
    let cards: [HTML] = metrics.prefix(Self.chartLimit).map { name in
      func file(_ format: String) -> HTML {
        let address = view.address("/charts/file", adding: [("metric", name), ("format", format)])
        return
          "<a href=\"\(address)\" data-format=\"\(format)\" aria-label=\"\(name) as \(format.uppercased())\">\(format.uppercased())</a> "
      }
      return """
        <figure class="chart wide-chart" data-metric="\(name)"><figcaption><span class="name">\(name)</span><span class="note soft"></span>
        <span class="files">\(file("svg"))\(file("png"))\(file("csv"))</span></figcaption><div class="plot"></div></figure>

        """
    }
    return "<div class=\"charts large\" id=\"charts\">\(cards)</div>"
  }
}
