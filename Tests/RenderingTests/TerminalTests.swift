import Environments
import Rendering
import Testing

@testable import Drawing

@Suite struct TerminalTests {
  private static func sample() -> Frame {
    var scene = Scene(x: 0...4, y: 0...2)
    scene.rectangle(0, 0, 2, 1, .ink)
    scene.text("hi", 3, 1.5, size: 0.5)
    return Frame(scene, title: "a title", status: "step 1")
  }

  @Test func `without colours a frame is dots and letters`() {
    let picture = TerminalPicture(Self.sample(), columns: 8, rows: 4, colours: .none)
    #expect(picture.lines == ["a title", "step 1", "     hi", "⣿⣿⣿⣿"])
  }

  @Test func `with colours a character is two pixels`() {
    let picture = TerminalPicture(Self.sample(), columns: 4, rows: 1, colours: .full)
    let esc = "\u{1B}["
    #expect(
      picture.lines.last
        == "\(esc)38;2;255;255;255m\(esc)48;2;32;36;43m▀▀\(esc)38;2;32;36;43m\(esc)48;2;255;255;255mhi\(esc)0m")
    let indexed = TerminalPicture(Self.sample(), columns: 4, rows: 1, colours: .indexed)
    #expect(indexed.lines.last == "\(esc)38;5;231m\(esc)48;5;16m▀▀\(esc)38;5;16m\(esc)48;5;231mhi\(esc)0m")
  }

  @Test(arguments: SceneTests.worlds)
  func `every world fits its terminal`(id: String) throws {
    for frame in try frames(of: id, most: 5) {
      for (columns, rows) in [(80, 20), (20, 40), (3, 1)] {
        let plain = TerminalPicture(frame, columns: columns, rows: rows, colours: .none).lines.dropFirst(2)
        #expect(plain.count <= rows && plain.allSatisfy { $0.count <= columns })
        let drawn = TerminalPicture(frame, columns: columns, rows: rows, colours: .full).lines.dropFirst(2)
        #expect(drawn.count <= rows)
        if columns == 80 { #expect(plain.contains { !$0.isEmpty }) }
      }
    }
  }
}
