import CZlib
import Telemetry
import Testing

@testable import Analysis
@testable import Drawing
@testable import Tracker

/// A PNG as the standard says it is to be read.
private struct DecodedPNG {
  var width = 0
  var height = 0
  /// `0xRRGGBB`, `[height, width]`.
  var pixels: [UInt32] = []
  var chunks: [String] = []

  init(_ bytes: [UInt8]) throws {
    try #require(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    var place = 8
    var packed: [UInt8] = []
    func word(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    while place < bytes.count {
      let length = word(place)
      let body = Array(bytes[place + 4..<place + 8 + length])
      try #require(Int(crc32(0, body, uInt(body.count))) == word(place + 8 + length), "the chunk's checksum")
      let type = String(decoding: body.prefix(4), as: UTF8.self)
      chunks.append(type)
      if type == "IHDR" {
        (width, height) = (word(place + 8), word(place + 12))
        try #require(body.suffix(5) == [8, 2, 0, 0, 0])
      }
      if type == "IDAT" { packed += body.dropFirst(4) }
      place += 12 + length
    }
    let stride = 1 + 3 * width
    var size = uLong(stride * height)
    var rows = [UInt8](repeating: 0, count: stride * height)
    try #require(uncompress(&rows, &size, packed, uLong(packed.count)) == Z_OK && Int(size) == rows.count)
    var above = [UInt8](repeating: 0, count: 3 * width)
    for row in 0..<height {
      try #require(rows[row * stride] == 2, "the filter Up")
      for column in above.indices { above[column] &+= rows[row * stride + 1 + column] }
      for column in 0..<width {
        pixels.append(above[3 * column..<3 * column + 3].reduce(0) { $0 << 8 | UInt32($1) })
      }
    }
  }

  /// The rows of a column that have a colour.
  func rows(ofColumn column: Int, _ colour: UInt32) -> [Int] {
    (0..<height).filter { pixels[$0 * width + column] == colour }
  }
}

@Suite struct PNGChartTests {
  private func figure(_ lines: [(label: String, values: [Double])]) -> ChartFigure {
    let lines = lines.map { label, values in
      LineChart.Line(
        label: label, size: "1 seed", summary: "", omissions: "", steps: values.indices.map(Double.init),
        means: values, lows: values, highs: values, hasBand: false,
        marks: values.enumerated().compactMap { step, value in
          OffAxisValue(value).map { LineChart.Mark(step: Double(step), value: $0, note: "") }
        }, cells: [])
    }
    let panel = LineChart(title: "", horizontal: "steps", vertical: "loss", lines: lines)
    return ChartFigure(title: "Loss", explanation: "one seed", panels: [panel])
  }

  @Test(arguments: [1, 2, 3]) func `it decodes, in the size asked for`(scale: Int) throws {
    let chart = PNGChart(figure([("a", [1, 2])]), width: 400, height: 300, scale: scale)
    let png = try DecodedPNG(chart.bytes)
    #expect(png.width == 400 * scale && png.height == 300 * scale)
    #expect(png.width == chart.width && png.height == chart.height)
    #expect(png.chunks == ["IHDR", "pHYs", "IDAT", "IEND"])
    #expect(png.pixels[0] == 0xFFFFFF)
    #expect(PNGChart(figure([("a", [1, 2])]), width: 400, height: 300, scale: scale).bytes == chart.bytes)
  }

  @Test func `a line's colour is found where its values are, and in the legend`() throws {
    // Two lines as far apart as the axis is high: 0 at the bottom and 10 at the top.
    let png = try DecodedPNG(PNGChart(figure([("low", [0, 0]), ("high", [10, 10])]), scale: 1).bytes)
    let (blue, red) = (UInt32(0x0072B2), UInt32(0xD55E00))
    for column in stride(from: 200, to: 700, by: 50) {
      let low = png.rows(ofColumn: column, blue).filter { $0 < 450 }
      let high = png.rows(ofColumn: column, red).filter { $0 < 450 }
      #expect(low.count >= 1 && high.count >= 1)
      #expect(low[0] - high[0] > 300 && high[0] > 60 && low[0] < 440)
    }
    // In the legend below the panel.
    #expect((480..<png.height).contains { row in png.pixels[row * png.width + 30] == blue })
    // Straight up: at the middle the line is half way.
    let rising = try DecodedPNG(PNGChart(figure([("a", [0, 10])]), scale: 1).bytes)
    let flat = png.rows(ofColumn: 300, red)[0]...png.rows(ofColumn: 300, blue)[0]
    let columns = (0..<rising.width).filter { !rising.rows(ofColumn: $0, blue).filter { $0 < 450 }.isEmpty }
    let middle = (columns.first! + columns.last!) / 2
    let rows = rising.rows(ofColumn: middle, blue).filter { $0 < 450 }
    #expect(abs(rows[0] - (flat.lowerBound + flat.upperBound) / 2) < 6)
  }

  @Test func `where a value is NaN there is no line, and a mark on the baseline`() throws {
    let png = try DecodedPNG(
      PNGChart(figure([("a", [5, 5, .nan, 5, 5, .infinity, 5, 5, 0, 10])]), width: 900, height: 500, scale: 1).bytes)
    let blue = UInt32(0x0072B2)
    let inked = (0..<900).map { column in png.rows(ofColumn: column, blue).filter { $0 < 440 } }
    let ends = inked.indices.filter { !inked[$0].isEmpty }
    let step = Double(ends.last! - ends.first!) / 9
    func column(_ place: Double) -> [Int] { inked[ends.first! + Int(place * step)] }
    let level = try #require(column(0.5).first)
    #expect(column(0.8).contains(level) && column(3.4).contains(level) && column(6.5).contains(level))
    #expect(column(1.5).isEmpty && column(2.5).isEmpty && column(4.5).isEmpty)
    #expect(column(2).allSatisfy { $0 > level + 100 } && !column(2).isEmpty, "a cross below")
    #expect(column(5).allSatisfy { $0 < level - 100 } && !column(5).isEmpty, "a triangle above")
  }

  @Test func `bands are mixed with what lies under them`() throws {
    var chart = figure([("a", [5, 5])]).panels[0]
    chart.lines[0].lows = [0, 0]
    chart.lines[0].highs = [10, 10]
    chart.lines[0].hasBand = true
    let png = try DecodedPNG(
      PNGChart(ChartFigure(title: "", explanation: "", panels: [chart]), scale: 1).bytes)
    // About a fifth of blue over white.
    let mixed = Set(png.pixels).filter { $0 >> 16 > 0xC8 && $0 >> 16 < 0xDC && $0 & 255 > 0xEA && $0 & 255 < 0xF8 }
    #expect(png.pixels.count { mixed.contains($0) } > 50_000)
  }

  @Test func `dashed lines have gaps`() throws {
    let lines = (0..<8).map { (label: "g\($0)", values: [Double($0), Double($0)]) }
    let png = try DecodedPNG(PNGChart(figure(lines), scale: 1).bytes)
    let blue = UInt32(0x0072B2)
    // The first and the eighth are blue; only the eighth, at the top, is dashed.
    let columns = 200..<700
    let top = columns.map { column in png.rows(ofColumn: column, blue).contains { $0 < 150 } }
    let bottom = columns.map { column in png.rows(ofColumn: column, blue).contains { $0 > 300 && $0 < 450 } }
    #expect(bottom.allSatisfy { $0 })
    #expect(zip(top, top.dropFirst()).count { $0 != $1 } > 50)
  }

  @Test func `letters are drawn for what the font has, accents and all, and a box for the rest`() {
    func lines(_ text: String) -> [[Scene.Point]] { StrokeFont.strokes(text, size: 10).lines }
    let box = lines("\u{1F600}")
    #expect(box == lines("漢") && box.count == 1)
    for letter in (0x21..<0x7F).compactMap({ Unicode.Scalar($0).map { Character($0) } }) {
      #expect(lines(String(letter)) != box && !lines(String(letter)).isEmpty, "\(letter)")
    }
    for letter in "äöüÅéñçßαβγδεθλμπρστ·–…→×±≤≥▲▼−“”" { #expect(lines(String(letter)) != box, "\(letter)") }
    #expect(lines("ä").count == lines("a").count + 2 && lines("e\u{301}") == lines("é"))
    #expect(StrokeFont.strokes("", size: 10).width == 0)
  }

  @Test func `histograms over time are painted, with their marks`() throws {
    let nowhere = Surroundings(
      programVersion: "", gitCommit: nil, host: "", cores: 1, blasCoreType: "", blasThreads: 1, kernelVariant: "",
      commandLine: [])
    var record = RunRecord(
      id: "r",
      description: RunDescription(
        kind: "k", experiment: "e", subject: "a", target: "E", seed: 1, budget: 1, hyperparameters: [:],
        surroundings: nowhere, start: 0))
    for (step, values) in [[0.0, 0, 1], [1, 1, .nan], [2, 2, 2]].enumerated() {
      record.histograms.append(
        RecordedHistogram(metric: "w", histogram: Histogram(of: values, bins: 4), step: step, wallTime: 0))
    }
    let chart = try #require(HistogramChart(of: record, metric: "w", rows: 4))
    let png = try DecodedPNG(PNGChart(chart, scale: 1).bytes)
    #expect(png.pixels.count { $0 == 0x0072B2 } > 10_000)
    #expect(png.pixels.contains(0xD55E00), "the cross at step 1")
  }
}
