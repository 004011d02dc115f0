import WebServer

/// The heading of a choice of runs, and the pages that show it: each an address with the same query.
struct ViewTabs {
  enum Tab: String, CaseIterable {
    case table = "Table"
    case charts = "Charts"
    case scatter = "Scatter"
    case parallel = "Parallel"
    case compare = "Compare"

    var path: String {
      switch self {
      case .table: "/"
      case .charts: "/charts"
      case .scatter: "/scatter"
      case .parallel: "/parallel"
      case .compare: "/compare"
      }
    }
  }

  let view: RunView
  /// Ids of runs; empty for all of the view.
  var named: [String] = []
  let current: Tab

  var html: HTML {
    let title = view.experiment ?? (named.isEmpty ? "Runs" : "\(named.count) runs")
    let condition: HTML =
      view.condition.isEmpty || current == .table ? "" : "<code class=\"soft\">\(view.condition)</code>"
    let tabs: [HTML] = Tab.allCases.compactMap { tab in
      // A table of named runs is no view.
      if tab == .table, !named.isEmpty { return nil }
      let mark: HTML = tab == current ? " aria-current=\"page\"" : ""
      return "<a href=\"\(address(tab))\"\(mark)>\(tab.rawValue)</a>"
    }
    return """
      <div class="title"><h1>\(title)</h1>\(condition)<nav class="tabs" aria-label="Views of these runs">\(tabs)</nav></div>

      """
  }

  private func address(_ tab: Tab) -> String {
    if !named.isEmpty { return tab.path + "?" + WebForm(named.map { ("run", $0) }).encoded }
    return view.address(path: tab.path) {
      $0.start = 0
      if tab != .table {
        ($0.columns, $0.orders, $0.grouping) = (nil, tab == .charts ? $0.orders : [], nil)
      }
    }
  }
}
