import Drawing
import Environments
import Formats
import Foundation

/// A film as an SVG that plays in a browser, in a loop. Use it for pages and reports: it is small and sharp at any size.
///
/// ```swift
/// import Foundation
///
/// func save(_ film: Film) throws {
///   try SVGAnimation(film).text.write(toFile: "episode.svg", atomically: true, encoding: .utf8)
/// }
/// ```
///
/// A shape that looks the same but for its place is one element with a list of its places (SMIL, discrete); what does not
/// change is written once. A viewer that does not animate shows the first frame.
public struct SVGAnimation: Sendable {
  /// The SVG document.
  public let text: String

  /// Traps for a film without frames.
  public init(_ film: Film, width: Int = 600) {
    precondition(!film.frames.isEmpty, "a film without frames")
    let layouts = film.frames.map { Layout($0.scene, width: width, mostHeight: width * 2 / 3, caption: 54) }
    let (width, height) = (layouts[0].width, layouts[0].height)
    var tracks = Tracks()
    for (index, (frame, layout)) in zip(film.frames, layouts).enumerated() {
      tracks.add(SVGAnimation.shapes(of: frame, layout), frame: index)
    }
    let clock = Clock(durations: film.durations, framesPerSecond: film.framesPerSecond)
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
        + "viewBox=\"0 0 \(width) \(height)\" role=\"img\" font-family=\"\(SVGAnimation.font)\">",
      "<title>\(film.frames[0].title.escapedForXML)</title>",
    ]
    lines += tracks.all.map { $0.element(clock) }
    text = (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  private static let font =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"

  /// All that a frame shows, from the back to the front, in tenths of pixels.
  private static func shapes(of frame: Frame, _ layout: Layout) -> [Mark] {
    var marks = [Mark(layout.background(frame.scene.background))]
    marks += frame.scene.shapes.map { Mark(layout.shape($0)) }
    marks.append(Mark(layout.captionBackground))
    marks.append(Mark(caption: frame.title, y: 23, size: 15, .ink))
    marks.append(Mark(caption: frame.status, y: 43, size: 13, .init(0x5A6470)))
    return marks
  }
}

/// A shape as SVG has it: what stays as long as it is the same element, and what may be animated.
private struct Mark: Hashable {
  /// The element's beginning, with all that is fixed.
  var head: String
  var content: String?
  /// Attributes with their values.
  var names: [String]
  var values: [String]

  init(_ shape: Scene.Shape) {
    switch shape {
    case .polygon(let points, let colour):
      head = "<polygon fill=\"\(hex(colour))\" fill-rule=\"evenodd\""
      (names, values) = (["points"], [list(points)])
    case .line(let points, let width, let colour):
      head =
        "<polyline fill=\"none\" stroke=\"\(hex(colour))\" stroke-width=\"\(tenths(width))\" "
        + "stroke-linecap=\"round\" stroke-linejoin=\"round\""
      (names, values) = (["points"], [list(points)])
    case .circle(let centre, let radius, let colour):
      head = "<circle fill=\"\(hex(colour))\" r=\"\(tenths(radius))\""
      (names, values) = (["cx", "cy"], [tenths(centre.x), tenths(centre.y)])
    case .text(let text, let place, let size, let colour):
      head = "<text fill=\"\(hex(colour))\" font-size=\"\(tenths(size))\" text-anchor=\"middle\""
      content = text.escapedForXML
      // The middle of capital letters is about a third of their box above the baseline.
      (names, values) = (["x", "y"], [tenths(place.x), tenths(place.y + size * 0.35)])
    }
  }

  init(caption: String, y: Double, size: Double, _ colour: Scene.Colour) {
    head =
      "<text fill=\"\(hex(colour))\" font-size=\"\(tenths(size))\" x=\"14\" y=\"\(tenths(y))\" xml:space=\"preserve\""
    content = caption.escapedForXML
    (names, values) = ([], [])
  }

  /// Whether both can be one element.
  func isAkin(to other: Mark) -> Bool { head == other.head && content == other.content }
}

/// Elements from the back to the front, each with its values frame by frame.
private struct Tracks {
  struct Track {
    var mark: Mark
    /// The frames in which it is seen, in order, and its values in them.
    var frames: [Int]
    var values: [[String]]
  }

  private(set) var all: [Track] = []

  /// Gives each mark the next akin element above the one before it, or a new one there: so the order always holds.
  mutating func add(_ marks: [Mark], frame: Int) {
    var next = 0
    for mark in marks {
      if let index = all[next...].firstIndex(where: { $0.mark.isAkin(to: mark) }) {
        all[index].frames.append(frame)
        all[index].values.append(mark.values)
        next = index + 1
      } else {
        all.insert(Track(mark: mark, frames: [frame], values: [mark.values]), at: next)
        next += 1
      }
    }
  }
}

/// When each frame begins.
private struct Clock {
  /// In ticks, with the end of the film as the last.
  let starts: [Int]
  let duration: String

  init(durations: [Int], framesPerSecond: Double) {
    starts = durations.reduce(into: [0]) { $0.append($0.last! + $1) }
    duration = String(format: "%.3fs", Double(starts.last!) / framesPerSecond)
  }

  var frameCount: Int { starts.count - 1 }

  /// Values at the frames where they change, as an animation that jumps; nil where there is but one.
  func animation(of name: String, _ changes: [(frame: Int, value: String)]) -> String? {
    guard changes.count > 1 else { return nil }
    let total = starts.last!
    let ends = changes.dropFirst().map { starts[$0.frame] } + [total]
    let keyed =
      "values=\"" + changes.map(\.value).joined(separator: ";") + "\" keyTimes=\""
      + changes.map { fraction(starts[$0.frame], of: total) }.joined(separator: ";") + "\""
    let even =
      "values=\""
      + zip(changes, ends).map { change, end in
        Array(repeating: change.value, count: end - starts[change.frame]).joined(separator: ";")
      }.joined(separator: ";") + "\""
    return "<animate attributeName=\"\(name)\" calcMode=\"discrete\" dur=\"\(duration)\" repeatCount=\"indefinite\" "
      + (even.utf8.count < keyed.utf8.count ? even : keyed) + "/>"
  }

  private func fraction(_ tick: Int, of total: Int) -> String {
    if tick == 0 { return "0" }
    let digits = String(format: "%.6f", Double(tick) / Double(total)).dropFirst()
    return String(digits.reversed().drop { $0 == "0" }.reversed())
  }
}

extension Tracks.Track {
  fileprivate func element(_ clock: Clock) -> String {
    var element = mark.head
    var animations: [String] = []
    for (index, name) in mark.names.enumerated() {
      element += " \(name)=\"\(values[0][index])\""
      var changes: [(frame: Int, value: String)] = []
      for (frame, values) in zip(frames, values) where values[index] != changes.last?.value {
        // Before it is first seen it may be anywhere.
        changes.append((changes.isEmpty ? 0 : frame, values[index]))
      }
      if let animation = clock.animation(of: name, changes) { animations.append(animation) }
    }
    if frames.count < clock.frameCount {
      let isSeen = Set(frames)
      var changes: [(frame: Int, value: String)] = []
      for frame in 0..<clock.frameCount {
        let value = isSeen.contains(frame) ? "visible" : "hidden"
        if value != changes.last?.value { changes.append((frame, value)) }
      }
      if frames[0] > 0 { element += " visibility=\"hidden\"" }
      animations += clock.animation(of: "visibility", changes).map { [$0] } ?? []
    }
    let inner = (mark.content ?? "") + animations.joined()
    return inner.isEmpty
      ? element + "/>" : element + ">" + inner + "</" + mark.head.dropFirst().prefix { $0 != " " } + ">"
  }
}

private func hex(_ colour: Scene.Colour) -> String {
  String(format: "#%02x%02x%02x", colour.red, colour.green, colour.blue)
}

private func list(_ points: [Scene.Point]) -> String {
  points.map { "\(tenths($0.x)),\(tenths($0.y))" }.joined(separator: " ")
}

/// One decimal at most.
private func tenths(_ value: Double) -> String {
  let tenths = Int((min(max(value, -1e6), 1e6) * 10).rounded())
  let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
  return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
}
