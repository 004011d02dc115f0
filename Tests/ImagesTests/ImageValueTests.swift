import Testing

@testable import Images

@Suite struct ImageValueTests {
  private func grey(_ width: Int, _ rows: [[Float]]) -> ImageValues {
    ImageValues(width: width, height: rows.count, channels: 1, values: rows.flatMap { $0 })
  }

  private func near(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 }
  }

  @Test func `smaller by area is the mean of what a pixel covers, parts of pixels by their part`() {
    let image = grey(3, [[0, 0.3, 0.9], [0.6, 0.9, 0.3]])
    // 0…1.5 and 1.5…3 across, both rows down.
    let expected: [Float] = [(0 + 0.15 + 0.6 + 0.45) / 3, (0.15 + 0.9 + 0.45 + 0.3) / 3]
    #expect(near(image.resized(width: 2, height: 1, by: .area).values, expected))
    #expect(near(image.resized(width: 1, height: 1, by: .area).values, [0.5]))
    #expect(image.resized(width: 3, height: 2, by: .area) == image)
  }

  @Test func `larger by area repeats pixels, and bilinear goes from one to the next`() {
    let image = grey(2, [[0, 1]])
    #expect(near(image.resized(width: 4, height: 2, by: .area).values, [0, 0, 1, 1, 0, 0, 1, 1]))
    #expect(near(image.resized(width: 4, height: 1, by: .bilinear).values, [0, 0.25, 0.75, 1]))
  }

  @Test func `smaller by bilinear weighs by the distance in new pixels`() {
    // Of four pixels the first of two reaches to the third: 3/8, 3/8, 1/8 over 7/8.
    let image = grey(4, [[1, 0, 0, 0]])
    #expect(near(image.resized(width: 2, height: 1, by: .bilinear).values, [3 / 7, 0]))
  }

  @Test func `channels are resized apart and grey is a shade in red, green and blue`() {
    let pixels = ImagePixels(width: 2, height: 1, channels: 3, bytes: [255, 0, 0, 0, 0, 255])
    let colours = ImageValues(pixels, isGrey: false)
    #expect(colours.values == [1, 0, 0, 0, 0, 1])
    #expect(near(colours.resized(width: 1, height: 1, by: .area).values, [0.5, 0, 0.5]))
    #expect(ImageValues(pixels, isGrey: true).values == [76 / 255, 29 / 255])
    let shade = ImagePixels(width: 1, height: 1, channels: 1, bytes: [51])
    #expect(ImageValues(shade, isGrey: false).values == [0.2, 0.2, 0.2])
  }

  @Test func `features of an image of one colour`() {
    let features = ImageFeatures(bins: 4, cells: 1, orientations: 2)
    #expect(
      features.names(channels: 1) == [
        "mean", "std", "histogram_0", "histogram_1", "histogram_2", "histogram_3", "edges", "edges_0_0_0",
        "edges_0_0_1",
      ])
    let values = features.values(of: grey(2, [[1, 1], [1, 1]]))
    #expect(values == [1, 0, 0, 0, 0, 1, 0, 0, 0])
    #expect(
      features.names(channels: 3).count
        == features.values(
          of: ImageValues(
            ImagePixels(width: 1, height: 1, channels: 3, bytes: [1, 2, 3]), isGrey: false)
        ).count)
  }

  @Test func `edges have a direction without a sign`() {
    let features = ImageFeatures(bins: 1, cells: 1, orientations: 2)
    // From left to right by 0.5 a pixel, at the borders half of that: gradients point along the row.
    let across = features.values(of: grey(4, [[0, 0.5, 1, 0.5]]))
    #expect(Array(across.suffix(3)) == [(0.5 + 1 + 0 + 0.5) / 4, 1, 0])
    let down = features.values(of: grey(1, [[0], [0.5], [1], [0.5]]))
    #expect(Array(down.suffix(3)) == [0.5, 0, 1])
  }
}
