import DataSources
import Foundation

extension FuzzBenchmark {
  /// Every format of `DataSources` that reads files, beginning from those that other programs wrote.
  static func sources(in folder: URL) throws -> [Target] {
    let recorded = Peer.root.appending(path: "Tests/Goldens/recorded/sources")
    let kinds: [(name: String, options: SourceOptions, files: [String])] = [
      ("xlsx", SourceOptions(format: "xlsx"), ["orders.xlsx", "writer.xlsx", "inline.xlsx"]),
      ("docx", SourceOptions(format: "docx"), ["report.docx"]),
      ("docx, table", SourceOptions(format: "docx", table: "1"), ["report.docx"]),
      ("JSON", SourceOptions(format: "json", onError: .skip), ["objects.json", "objects.jsonl"]),
      ("JSON, compressed", SourceOptions(format: "json"), ["objects.jsonl.gz", "objects.jsonl.zst"]),
      ("text", SourceOptions(format: "text", textUnit: .paragraph), ["prose.txt", "latin.txt", "wide.txt"]),
      ("SQLite", SourceOptions(format: "sqlite", table: "orders"), ["shop.db"]),
      (
        "PNG", SourceOptions(format: "image"),
        ["rgb.png", "grey.png", "palette.png", "alpha.png", "bits.png", "b/turned6.png"].map { "images/" + $0 }
      ),
      (
        "JPEG", SourceOptions(format: "image"),
        ["small.jpg", "grey.jpg", "progressive.jpeg", "inks.jpg"].map { "images/a/" + $0 }
      ),
      ("GIF", SourceOptions(format: "image"), ["images/b/picture.gif", "images/b/holes.gif"]),
      (
        "BMP", SourceOptions(format: "image"),
        ["rgb.bmp", "grey.bmp", "palette.bmp", "bits.bmp"].map { "images/" + $0 }
      ),
    ]
    let path = folder.appending(path: "source").path
    return try kinds.map { kind in
      let examples = try kind.files.map { [UInt8](try Data(contentsOf: recorded.appending(path: $0))) }
      return Target(name: kind.name, examples: examples) { bytes in
        try Data(bytes).write(to: URL(filePath: path))
        return reads(path, kind.options)
      }
    }
  }

  /// Whether there is a row to the end, and no image with a problem.
  private static func reads(_ path: String, _ options: SourceOptions) -> Bool {
    do throws(DataSourceError) {
      let source = try SourceCatalogue.open(DataLocation(path), options: options)
      var (row, hasRows): ([Cell], Bool) = ([], false)
      while try source.next(&row) { hasRows = options.format != "image" || row.last == .missing }
      return hasRows
    } catch {
      _ = error.description
      return false
    }
  }
}
