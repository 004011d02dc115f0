import Environments
import Testing

@testable import Drawing
@testable import Rendering

@Suite struct FilmTests {
  @Test func `a film of many episodes keeps the first and the last frame of each, however many there are`() {
    let scene = Scene(x: 0...4, y: 0...3)
    var film = Film(stepsPerSecond: 30, mostFrames: 60)
    for episode in 0..<500 {
      for step in 0...20 {
        film.append(Frame(scene, title: "\(episode)", status: "\(step)", isLast: step == 20))
      }
    }
    #expect(film.frames.count { $0.isLast } == 500)
    #expect(film.frames.count { $0.status == "0" } == 500)
    #expect(film.frames.count <= 1_000 + 30)
    #expect(film.framesPerSecond >= 10)
  }
}
