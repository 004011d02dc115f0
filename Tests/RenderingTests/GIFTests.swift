import CGIF
import Environments
import Rendering
import Testing

@testable import Drawing

/// A GIF as giflib reads it.
private struct DecodedGIF {
  var width, height: Int
  /// Whole frames `[height, width]` of `0xRRGGBB`, each over the one before.
  var frames: [[UInt32]] = []
  /// 1/100 s.
  var delays: [Int] = []
  var loops = false

  init(_ bytes: [UInt8]) throws {
    final class Source {
      var bytes: ArraySlice<UInt8>
      init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }
    }
    let source = Source(bytes[...])
    var code: Int32 = 0
    let opened = DGifOpen(
      Unmanaged.passUnretained(source).toOpaque(),
      { file, buffer, count in
        let source = Unmanaged<Source>.fromOpaque(file!.pointee.UserData).takeUnretainedValue()
        let part = source.bytes.prefix(Int(count))
        for (index, byte) in part.enumerated() { buffer![index] = byte }
        source.bytes = source.bytes.dropFirst(part.count)
        return Int32(part.count)
      }, &code)
    let file = try #require(opened)
    defer { DGifCloseFile(file, nil) }
    try #require(DGifSlurp(file) == GIF_OK)
    (width, height) = (Int(file.pointee.SWidth), Int(file.pointee.SHeight))
    let map = file.pointee.SColorMap!.pointee
    var canvas = Array(repeating: UInt32(0), count: width * height)
    for index in 0..<Int(file.pointee.ImageCount) {
      let image = file.pointee.SavedImages[index]
      var control = GraphicsControlBlock()
      try #require(DGifSavedExtensionToGCB(file, Int32(index), &control) == GIF_OK)
      let part = image.ImageDesc
      for row in 0..<Int(part.Height) {
        for column in 0..<Int(part.Width) {
          let value = image.RasterBits[row * Int(part.Width) + column]
          if Int32(value) == control.TransparentColor { continue }
          let colour = map.Colors[Int(value)]
          canvas[(row + Int(part.Top)) * width + column + Int(part.Left)] =
            UInt32(colour.Red) << 16 | UInt32(colour.Green) << 8 | UInt32(colour.Blue)
        }
      }
      frames.append(canvas)
      delays.append(Int(control.DelayTime))
      for block in 0..<Int(image.ExtensionBlockCount) {
        let block = image.ExtensionBlocks[block]
        if block.Function == APPLICATION_EXT_FUNC_CODE, block.ByteCount == 11 { loops = true }
      }
    }
    withExtendedLifetime(source) {}
  }
}

@Suite struct GIFTests {
  @Test(arguments: ["CartPole-v1", "FrozenLake-v1", "Blackjack-v1", "LunarLander-v3", "Bandit-v0"])
  func `giflib reads back as many frames, of the size and with the colours of the scenes`(id: String) throws {
    let film = try film(of: id, episodes: 2, most: 30)
    let gif = try DecodedGIF(GIFAnimation(film, width: 240).bytes)
    let scene = film.frames[0].scene
    let scale = min(240 / scene.width, 180 / scene.height)
    #expect(gif.width == 240 && gif.height == 48 + Int((scene.height * scale).rounded(.up)))
    // Statuses differ, so no two frames are one.
    #expect(gif.frames.count == film.frames.count)
    #expect(gif.loops)
    for (pixels, frame) in zip(gif.frames, film.frames) {
      let background = frame.scene.background
      let code = UInt32(background.red) << 16 | UInt32(background.green) << 8 | UInt32(background.blue)
      // The last line of the sheet, at its left end, is scene, or beside it.
      #expect(pixels[0] == 0xFFFFFF)
      #expect(id == "FrozenLake-v1" || pixels.contains(code))
    }
  }

  @Test func `delays add up to the film's length`() throws {
    var film = Film(stepsPerSecond: 30)
    for step in 0..<90 {
      var scene = Scene(x: 0...10, y: 0...10)
      scene.circle(Double(step) / 10, 5, radius: 1, .blue)
      film.append(Frame(scene, title: "a", status: "b", isLast: step == 89))
    }
    let gif = try DecodedGIF(GIFAnimation(film, width: 100).bytes)
    #expect(gif.frames.count == 90)
    #expect(gif.delays.reduce(0, +) == 400, "three seconds, and one more for the end")
    #expect(gif.delays.dropLast().allSatisfy { $0 == 3 || $0 == 4 })
    // The ball moves: its centre is blue in the first frame at the left, and white there in the last.
    let middle = 48 + 37
    #expect(gif.frames[0][middle * 100 + 13] == 0x0072B2)
    #expect(gif.frames[89][middle * 100 + 13] == 0xFFFFFF)
  }

  @Test func `edges are blends of the colours on both sides, by the share of the pixel`() throws {
    var scene = Scene(x: 0...10, y: 0...10)
    scene.polygon([(1.25, 1), (8.5, 1), (8.5, 9), (1.25, 9)], .red)
    scene.circle(5, 5, radius: 3, .red)
    scene.line([(0.5, 0.5), (9.5, 9.7)], width: 0.3, .red)
    var film = Film(stepsPerSecond: 1)
    film.append(Frame(scene, title: "", status: ""))
    let pixels = try DecodedGIF(GIFAnimation(film, width: 80).bytes).frames[0]
    // The scene is 60 pixels wide and high, below a caption of 48: six pixels a unit, from the tenth column on.
    let row = 48 + 60 - 6 * 2
    let (white, red) = (0xFFFFFF, 0xD55E00)
    for (column, share) in [(16, 0), (17, 0.5), (18, 1), (60, 1), (61, 0)] {
      for shift in [16, 8, 0] {
        let (paper, paint) = (Double(white >> shift & 255), Double(red >> shift & 255))
        let colour = Double(Int(pixels[row * 80 + column]) >> shift & 255)
        #expect(abs(colour - (paper + share * (paint - paper))) <= 5, "column \(column)")
      }
    }
    #expect(pixels.allSatisfy { $0 >> 16 & 255 >= 0xD5 }, "no blend is darker than both")
  }

  @Test func `frames that look the same are one, for as long`() throws {
    var film = Film(stepsPerSecond: 10)
    let scene = Scene(x: 0...1, y: 0...1)
    for step in 0..<5 { film.append(Frame(scene, title: "still", status: step < 3 ? "one" : "two")) }
    let gif = try DecodedGIF(GIFAnimation(film, width: 60).bytes)
    #expect(gif.delays == [30, 20])
  }

  @Test func `the same seed gives the same bytes`() throws {
    func bytes() throws -> [UInt8] { try GIFAnimation(film(of: "Pendulum-v1", most: 20), width: 160).bytes }
    #expect(try bytes() == bytes())
  }
}
