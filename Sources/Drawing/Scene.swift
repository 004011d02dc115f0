import Glibc

/// A picture of a state as shapes, in the environment's own coordinates: x to the right, y upwards. A `Drawable` environment
/// returns one.
///
/// ```swift
/// var scene = Scene(x: -2.4...2.4, y: -1...2)
/// scene.line([(-2.4, 0), (2.4, 0)], width: 0.02, .grey)
/// scene.rectangle(-0.25, -0.15, 0.5, 0.3, .ink)
/// scene.text("upright", 0, 1.5, size: 0.2)
/// print(scene.shapes.count, scene.height)  // 3 3.0
/// ```
///
/// Later shapes lie over earlier ones. The viewport is what is to be seen; shapes may reach beyond it.
public struct Scene: Sendable, Hashable {
  public let left, bottom, width, height: Double
  public var background: Colour
  public var shapes: [Shape] = []

  /// Traps unless the viewport has a positive, finite width and height.
  public init(x: ClosedRange<Double>, y: ClosedRange<Double>, background: Colour = .paper) {
    (left, bottom) = (x.lowerBound, y.lowerBound)
    (width, height) = (x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
    precondition(
      width > 0 && height > 0 && width.isFinite && height.isFinite, "a scene has a size, not \(width) × \(height)")
    self.background = background
  }

  public struct Point: Sendable, Hashable {
    public var x, y: Double

    public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  /// A shape of a scene. The methods of ``Scene`` append them; match on them to draw a scene in a format of your own.
  ///
  /// ```swift
  /// func texts(in scene: Scene) -> [String] {
  ///   scene.shapes.compactMap { if case .text(let text, _, _, _) = $0 { text } else { nil } }
  /// }
  /// ```
  public enum Shape: Sendable, Hashable {
    /// Filled; the even-odd rule decides what is inside.
    case polygon([Point], Colour)
    /// A line with round ends and joints.
    case line([Point], width: Double, Colour)
    case circle(Point, radius: Double, Colour)
    /// Centred at a point; `size` is the height of its letters' box.
    case text(String, Point, size: Double, Colour)
  }

  /// A colour of 24 bits. Take one of the named ones, which are told apart by colour-blind readers too, or a code.
  ///
  /// ```swift
  /// let violet = Scene.Colour(0xCC79A7)
  /// print(violet.red, violet.green, violet.blue)  // 204 121 167
  /// ```
  public struct Colour: Sendable, Hashable {
    public var red, green, blue: UInt8

    /// `0xRRGGBB`
    public init(_ code: UInt32) {
      (red, green, blue) = (UInt8(code >> 16 & 255), UInt8(code >> 8 & 255), UInt8(code & 255))
    }

    public static let paper = Colour(0xFFFFFF)
    public static let ink = Colour(0x20242B)
    public static let grey = Colour(0x9AA3AE)
    public static let pale = Colour(0xE9EDF1)
    // Of Okabe and Ito's palette, which all eyes tell apart.
    public static let blue = Colour(0x0072B2)
    public static let sky = Colour(0x56B4E9)
    public static let green = Colour(0x009E73)
    public static let orange = Colour(0xE69F00)
    public static let red = Colour(0xD55E00)
    public static let yellow = Colour(0xF0E442)
  }
}

/// Adding shapes. Angles are radians, counter-clockwise.
extension Scene {
  public mutating func polygon(_ points: [(x: Double, y: Double)], _ colour: Colour) {
    shapes.append(.polygon(points.map { Point($0.x, $0.y) }, colour))
  }

  public mutating func line(_ points: [(x: Double, y: Double)], width: Double, _ colour: Colour) {
    shapes.append(.line(points.map { Point($0.x, $0.y) }, width: width, colour))
  }

  public mutating func circle(_ x: Double, _ y: Double, radius: Double, _ colour: Colour) {
    shapes.append(.circle(Point(x, y), radius: radius, colour))
  }

  public mutating func text(_ text: String, _ x: Double, _ y: Double, size: Double, _ colour: Colour = .ink) {
    shapes.append(.text(text, Point(x, y), size: size, colour))
  }

  /// A rectangle from its left lower corner.
  public mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ colour: Colour) {
    polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], colour)
  }

  /// Corners of a body that stands at `place`, turned by `angle`.
  public static func placed(
    _ corners: [(x: Double, y: Double)], at place: (x: Double, y: Double), angle: Double
  ) -> [(x: Double, y: Double)] {
    let (sine, cosine) = (sin(angle), cos(angle))
    return corners.map { (place.x + $0.x * cosine - $0.y * sine, place.y + $0.x * sine + $0.y * cosine) }
  }

  /// An arrow from one point to another with a head of `size`; nothing where it would be shorter than its head.
  public mutating func arrow(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), size: Double, _ colour: Colour
  ) {
    let (across, up) = (end.x - start.x, end.y - start.y)
    let length = (across * across + up * up).squareRoot()
    guard length > size else { return }
    let (x, y) = (across / length, up / length)
    let neck = (x: end.x - x * size, y: end.y - y * size)
    line([start, neck], width: size * 0.35, colour)
    polygon(
      [end, (neck.x - y * size * 0.6, neck.y + x * size * 0.6), (neck.x + y * size * 0.6, neck.y - x * size * 0.6)],
      colour)
  }
}
