import Datasets
import Images
import Settings

/// Images, which a column has as paths of files or as places in a data set, to numbers.
struct ImageStep: ColumnStep {
  enum Output: String, CaseIterable, Codable, Sendable { case pixels, features }
  enum Mode: String, CaseIterable, Codable, Sendable { case grey, rgb }

  static let name = "image"
  static let summary = "images to pixels, or to features: lightness, shades, edges"
  static let hyperparameters: [Hyperparameter<ImageStep>] = [
    .choice(
      "output", \.form.output, "pixels from 0 to 1, row by row; features: means, deviations, shades of grey, edges"),
    .choice("mode", \.form.mode, "grey: one channel; rgb: three"),
    .integer("width", \.form.width, .atLeast(1, limit: 4_096), "pixels that an image is resized to"),
    .integer("height", \.form.height, .atLeast(1, limit: 4_096), "pixels that an image is resized to"),
    .choice("resize", \.form.resize, "area: the mean of what a pixel covers; bilinear: weights that fall linearly"),
    .integer("bins", \.form.bins, .atLeast(1, limit: 256), "shades of grey of features"),
    .integer("cells", \.form.cells, .atLeast(1, limit: 64), "rows and columns of cells in which edges are counted"),
    .integer("orientations", \.form.orientations, .atLeast(1, limit: 180), "directions of edges"),
  ]
  static let texts =
    ColumnChoice.parameters(of: \ImageStep.choice)
    + [.text("folder", \.form.folder, "the folder in which paths begin (default: the working directory)")]

  /// What becomes of an image.
  struct Form: Codable, Hashable, Sendable {
    var output = Output.pixels
    var mode = Mode.grey
    var width = 32
    var height = 32
    var resize = ImageResizing.area
    var bins = 16
    var cells = 4
    var orientations = 9
    var folder = ""

    /// Whether its sizes are ones that a step can have.
    var isSound: Bool {
      [width, height].allSatisfy { 1...4_096 ~= $0 } && 1...256 ~= bins && 1...64 ~= cells && 1...180 ~= orientations
    }

    private var features: ImageFeatures { ImageFeatures(bins: bins, cells: cells, orientations: orientations) }
    private var channels: Int { mode == .grey ? 1 : 3 }

    var names: [String] {
      output == .features
        ? features.names(channels: channels) : (0..<width * height * channels).map { "\($0)" }
    }

    func values(of pixels: ImagePixels) -> [Double] {
      let image = ImageValues(pixels, isGrey: mode == .grey).resized(width: width, height: height, by: resize)
      return output == .features ? features.values(of: image) : image.values.map(Double.init)
    }
  }

  var form = Form()
  var choice = ColumnChoice()

  struct Fitted: FittedStep {
    var columns: [String]
    var form: Form

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      guard form.isSound else { throw PipelineError("the saved sizes of images make no sense") }
      let names = form.names
      try PipelineError.requireMemory(
        rows: output.rowCount, columns: names.count * columns.count, lower: "choose a smaller width and height")
      let new = zip(columns, try output.words(of: columns)).map { column, words in
        zip(names, values(of: words, count: names.count)).map { name, values -> (name: String, column: Column) in
          ("\(column).\(name)", .numbers(values))
        }
      }
      try output.replace(columns, by: new)
    }

    /// A column for each number, missing where an image cannot be read. One image is in memory at a time.
    private func values(of words: Words, count: Int) -> [[Double]] {
      var values = [[Double]](repeating: [Double](repeating: .nan, count: words.codes.count), count: count)
      let reader = ImageReader(folder: form.folder)
      // Images are read in the order in which they lie, and each once.
      let rows = words.codes.indices.filter { words.codes[$0] >= 0 }.sorted { words.codes[$0] < words.codes[$1] }
      var (code, found): (Int32, [Double]?) = (-1, nil)
      for row in rows {
        if words.codes[row] != code {
          code = words.codes[row]
          found = (try? reader.pixels(words.level(Int(code)))).map(form.values)
        }
        if let found { for place in 0..<count { values[place][row] = found[place] } }
      }
      return values
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    let columns = try data.names(choice, kinds: [])
    for (column, words) in zip(columns, try data.output.words(of: columns)) { try requireImages(words, column) }
    return Fitted(columns: columns, form: form)
  }

  func check() throws(PipelineError) {
    if choice.columns.isEmpty && choice.kinds.isEmpty {
      throw PipelineError("it takes columns: name the one with the images", status: .badUsage)
    }
  }

  /// Throws where none of the first images can be read: then it is the column or the folder that is wrong.
  private func requireImages(_ words: Words, _ column: String) throws(PipelineError) {
    let reader = ImageReader(folder: form.folder)
    if words.codes.allSatisfy({ $0 < 0 }) { return }
    var first: ImageReader.UnreadableImage?
    for code in Set(words.codes.lazy.filter { $0 >= 0 }.prefix(100)).sorted().prefix(20) {
      do throws(ImageReader.UnreadableImage) {
        _ = try reader.pixels(words.level(Int(code)))
        return
      } catch {
        first = first ?? error
      }
    }
    throw PipelineError("no image of the column '\(column)' can be read\(first.map { ": \($0.reason)" } ?? "")")
  }
}
