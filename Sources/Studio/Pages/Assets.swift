import Analysis
import WebServer

/// The files that pages load, part of the program.
enum Assets {
  static let all: [(name: String, file: StaticFile)] = [
    ("studio.css", StaticFile(PackageResources.studio_css + Array(SVGChart.styleSheet.utf8), type: "text/css")),
    ("runs.js", StaticFile(PackageResources.runs_js, type: "text/javascript")),
    ("compare.js", StaticFile(PackageResources.compare_js, type: "text/javascript")),
    ("run.js", StaticFile(PackageResources.run_js, type: "text/javascript")),
    ("studio.js", StaticFile(PackageResources.studio_js, type: "text/javascript")),
    ("work.js", StaticFile(PackageResources.work_js, type: "text/javascript")),
    ("lines.js", StaticFile(PackageResources.lines_js, type: "text/javascript")),
    ("charts.js", StaticFile(PackageResources.charts_js, type: "text/javascript")),
    ("uplot.js", StaticFile(PackageResources.uplot_js, type: "text/javascript")),
    ("uplot.css", StaticFile(PackageResources.uplot_css, type: "text/css")),
    ("uplot-licence.txt", StaticFile(PackageResources.uplot_licence_txt, type: "text/plain; charset=utf-8")),
    ("icon.svg", StaticFile(PackageResources.icon_svg, type: "image/svg+xml")),
  ]
}
