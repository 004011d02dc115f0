import Drawing
import Environments

/// A frame laid out on a sheet of pixels, y downwards: the title and the status above, the scene below them.
struct Layout {
  let width, height: Int
  /// Of the caption.
  let top: Double
  private let scale: Double
  private let scene: (left: Double, bottom: Double)
  private let offset: (x: Double, y: Double)
  let captionSize: Double

  /// The scene fills the width, or `mostHeight` and is centred; `caption` is the height of what lies above.
  init(_ scene: Scene, width: Int, mostHeight: Int, caption: Double) {
    let scale = min(Double(width) / scene.width, Double(mostHeight) / scene.height)
    let sceneHeight = (scene.height * scale).rounded(.up)
    self.width = width
    self.height = Int(caption + sceneHeight)
    self.scale = scale
    self.scene = (scene.left, scene.bottom)
    top = caption
    offset = ((Double(width) - scene.width * scale) / 2, caption + sceneHeight)
    captionSize = caption * 0.32
  }

  func point(_ point: Scene.Point) -> Scene.Point {
    Scene.Point(offset.x + (point.x - scene.left) * scale, offset.y - (point.y - scene.bottom) * scale)
  }

  func length(_ length: Double) -> Double { length * scale }

  /// A shape in pixels.
  func shape(_ shape: Scene.Shape) -> Scene.Shape {
    switch shape {
    case .polygon(let points, let colour): .polygon(points.map(point), colour)
    case .line(let points, let width, let colour): .line(points.map(point), width: length(width), colour)
    case .circle(let centre, let radius, let colour): .circle(point(centre), radius: length(radius), colour)
    case .text(let text, let place, let size, let colour):
      .text(text, point(place), size: length(size), colour)
    }
  }

  /// The whole sheet below the caption.
  func background(_ colour: Scene.Colour) -> Scene.Shape { rectangle(from: top, to: Double(height), colour) }

  /// What hides shapes that reach beyond the viewport into the caption.
  var captionBackground: Scene.Shape { rectangle(from: 0, to: top, .paper) }

  private func rectangle(from top: Double, to bottom: Double, _ colour: Scene.Colour) -> Scene.Shape {
    let right = Double(width)
    return .polygon([.init(0, top), .init(right, top), .init(right, bottom), .init(0, bottom)], colour)
  }
}

extension Layout {
  /// The frame as pixels, with its texts.
  func painted(_ frame: Frame) -> Canvas {
    var canvas = Canvas(width: width, height: height, .paper)
    canvas.paint(background(frame.scene.background))
    for shape in frame.scene.shapes { canvas.paint(self.shape(shape)) }
    canvas.paint(captionBackground)
    canvas.paint(frame.title, leftAt: .init(12, top * 0.42), size: captionSize, .ink)
    canvas.paint(frame.status, leftAt: .init(12, top * 0.82), size: captionSize * 0.92, .init(0x5A6470))
    return canvas
  }
}
