import Drawing
import Environments

/// A film as a GIF that plays in a loop, written by giflib. Use it where SVG is not shown: chats, slides. A frame holds only the
/// part that differs from the one before.
///
/// ```swift
/// import Foundation
///
/// func save(_ film: Film) throws {
///   try Data(GIFAnimation(film, width: 480).bytes).write(to: URL(fileURLWithPath: "episode.gif"))
/// }
/// ```
public struct GIFAnimation: Sendable {
  public let bytes: [UInt8]

  /// Traps for a film without frames. Throws where giflib does.
  public init(_ film: Film, width: Int = 480) throws {
    precondition(!film.frames.isEmpty, "a film without frames")
    let layouts = film.frames.map { Layout($0.scene, width: width, mostHeight: width * 3 / 4, caption: 48) }
    let height = layouts[0].height
    func painted(_ index: Int) -> [UInt32] { layouts[index].painted(film.frames[index]).pixels }

    var palette = GIFAnimation.palette(of: film, painted)
    let file = try GIFFile(width: width, height: height, colours: palette.colours)
    var before: [UInt8] = []
    /// A picture that waits to be written until it is known for how long it stays, in 1/100 s.
    var waiting: (indices: [UInt8], start: Int)?
    var ticks = 0
    func hundredths(_ ticks: Int) -> Int { Int((Double(ticks) * 100 / film.framesPerSecond).rounded()) }
    for (index, duration) in film.durations.enumerated() {
      let indices = painted(index).map { palette.index(of: $0) }
      if indices != waiting?.indices {
        if let shown = waiting {
          try file.append(shown.indices, over: before, for: hundredths(ticks) - shown.start)
          before = shown.indices
        }
        waiting = (indices, hundredths(ticks))
      }
      ticks += duration
    }
    if let waiting { try file.append(waiting.indices, over: before, for: hundredths(ticks) - waiting.start) }
    bytes = try file.close()
  }

  /// Looks at no more than some fifty frames for the blends.
  private static func palette(of film: Film, _ painted: (Int) -> [UInt32]) -> Palette {
    var flat = [Scene.Colour.paper.code, Scene.Colour.ink.code, 0x5A6470]
    var seen = Set(flat)
    for frame in film.frames {
      for colour in frame.scene.colours.map(\.code) where seen.insert(colour).inserted { flat.append(colour) }
    }
    var blends: [Int: (count: Int, colour: UInt32)] = [:]
    for index in stride(from: 0, to: film.frames.count, by: (film.frames.count + 49) / 50) {
      var last: (colour: UInt32, isFlat: Bool) = (flat[0], true)
      for colour in painted(index) {
        if colour != last.colour { last = (colour, seen.contains(colour)) }
        if !last.isFlat { blends[Palette.bucket(of: colour), default: (0, colour)].count += 1 }
      }
    }
    return Palette(flat: flat, blends: blends)
  }
}
