import Environments
import Foundation
import Rendering
import Testing

@testable import Drawing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct SVGTests {
  /// Elements by name, with their attributes.
  final class Elements: NSObject, XMLParserDelegate {
    var all: [(name: String, attributes: [String: String])] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String] = [:]
    ) {
      all.append((name, attributes))
    }
  }

  private func elements(of text: String) throws -> Elements {
    let elements = Elements()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = elements
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
    return elements
  }

  @Test(arguments: SceneTests.worlds)
  func `every world's film is well-formed, and its animations add up`(id: String) throws {
    let elements = try elements(of: SVGAnimation(film(of: id, episodes: 2)).text)
    #expect(elements.all[0].name == "svg")
    let animations = elements.all.filter { $0.name == "animate" }
    #expect(!animations.isEmpty)
    for animation in animations {
      let values = try #require(animation.attributes["values"]).split(separator: ";")
      guard let text = animation.attributes["keyTimes"] else { continue }
      let times = text.split(separator: ";").compactMap { Double($0) }
      #expect(times.count == values.count && times[0] == 0 && times.last! < 1)
      #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test func `what does not change is written once`() throws {
    let frames = try frames(of: "FrozenLake-v1", most: 10)
    var film = Film(stepsPerSecond: 5)
    for frame in frames { film.append(frame) }
    let elements = try elements(of: SVGAnimation(film).text)
    let still = frames[0].scene.shapes.count
    // The shapes of a scene, background, caption's background, title; and a status each frame.
    #expect(elements.all.count { ["polygon", "polyline", "circle"].contains($0.name) } == still + 2)
    #expect(elements.all.count { $0.name == "text" } == 1 + film.frames.count)
  }

  @Test func `texts are escaped`() throws {
    var scene = Scene(x: 0...1, y: 0...1)
    scene.text("a<b&\"c\"", 0.5, 0.5, size: 0.1)
    var film = Film(stepsPerSecond: 1)
    film.append(Frame(scene, title: "<title>", status: "&"))
    _ = try elements(of: SVGAnimation(film).text)
  }

  @Test func `the same seed gives the same bytes, another seed others`() throws {
    func text(_ seed: UInt64) throws -> String { try SVGAnimation(film(of: "Acrobot-v1", seed: seed)).text }
    #expect(try text(1) == text(1))
    #expect(try text(1) != text(2))
  }
}
