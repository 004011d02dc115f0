import Formats
import WebServer

/// What all pages share: the head, the bar on top, the scripts.
struct PageFrame {
  enum Place: String, CaseIterable {
    case runs = "Runs"
    case experiments = "Experiments"
    case start = "Start"
    case jobs = "Jobs"
    case data = "Data"
    case deleted = "Deleted"

    var address: String {
      switch self {
      case .runs: "/"
      case .experiments: "/experiments"
      case .start: "/start"
      case .jobs: "/jobs"
      case .data: "/data"
      case .deleted: "/deleted"
      }
    }
  }

  var title: String
  var place: Place?
  var scripts: [String] = []
  var visitor = Visitor(name: nil, access: .write)
  /// Whether people sign on here, and so may sign off.
  var hasSignOff = false

  func page(_ body: HTML) -> String {
    let links: [HTML] = Place.allCases.map { place in
      place == self.place
        ? "<a href=\"\(place.address)\" aria-current=\"page\">\(place.rawValue)</a>"
        : "<a href=\"\(place.address)\">\(place.rawValue)</a>"
    }
    let modules: [HTML] = (["studio.js"] + scripts).map { "<script src=\"/assets/\($0)\" defer></script>\n" }
    let person: HTML = visitor.name.map { "<span class=\"soft\">\($0)</span>" } ?? ""
    let off: HTML =
      hasSignOff ? "<form method=\"post\" action=\"/sign-off\"><button class=\"quiet\">Sign off</button></form>" : ""
    let html: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title) · rlrun</title>
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
      <link rel="stylesheet" href="/assets/uplot.css">
      <link rel="stylesheet" href="/assets/studio.css">
      \(modules)</head>
      <body>
      <a class="skip" href="#main">Skip to the content</a>
      <header class="bar"><a class="brand" href="/">rlrun</a><nav aria-label="Pages">\(links)</nav><span class="space"></span>\(person)\(off)</header>
      <main id="main">
      \(body)
      </main>
      </body>
      </html>

      """
    return html.text
  }
}
