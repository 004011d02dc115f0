import Foundation
import Testing

@testable import DataSources

/// Files that the programs people use wrote, and what is in them (Tests/Goldens/data_sources.py).
struct RecordedSources: Decodable {
  struct Reading: Decodable, CustomTestStringConvertible, Sendable {
    var location: String
    var options: [String: String]
    var columns: [String]
    var rows: [[String?]]
    var testDescription: String { "\(location) \(options.sorted { $0.key < $1.key })" }

    var source: any RecordSource {
      get throws {
        var options = SourceOptions()
        options.sheet = self.options["sheet"]
        options.range = self.options["range"]
        options.table = self.options["table"]
        options.textUnit = self.options["textUnit"].flatMap { SourceOptions.TextUnit(rawValue: $0) }
        let isAddress = location.hasPrefix("sqlite:")
        let path = RecordedSources.path(isAddress ? String(location.dropFirst(7)) : location)
        return try SourceCatalogue.open(DataLocation((isAddress ? "sqlite:" : "") + path), options: options)
      }
    }
  }

  struct Picture: Decodable {
    var stored: [Int]
    var size: [Int]
    var orientation: Int
    var channels: Int
    var phash: String
    var sha256: String
    var exact: Bool
    var pixels: Data?
  }

  var readings: [Reading]
  var images: [String: Picture]

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/recorded/sources")
  static let all = try! JSONDecoder().decode(
    RecordedSources.self, from: Data(contentsOf: folder.appending(path: "expected.json")))

  static func path(_ name: String) -> String { folder.path + "/" + name }
  static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path(name)))) }
}

extension Cell {
  /// As the recorded cells are written.
  var recorded: String? {
    switch self {
    case .missing: nil
    case .flag(let value): "b:\(value)"
    case .integer(let value): "i:\(value)"
    case .number(let value): "f:\(value)"
    case .date(let seconds): "d:\(seconds)"
    case .text(let text): "t:\(text)"
    case .bytes(let bytes): "x:\(bytes.count)"
    }
  }

  /// Numbers are compared as numbers, not as they are written.
  func matches(_ expected: String?) -> Bool {
    switch self {
    case .number(let value): expected.map { $0.hasPrefix("f:") && Double($0.dropFirst(2)) == value } ?? false
    case .date(let value): expected.map { $0.hasPrefix("d:") && Double($0.dropFirst(2)) == value } ?? false
    default: recorded == expected
    }
  }
}

/// All rows that are left.
func rows(_ source: any RecordSource) throws -> [[Cell]] {
  var (row, rows): ([Cell], [[Cell]]) = ([], [])
  while try source.next(&row) { rows.append(row) }
  return rows
}

/// All rows of a file or an address.
func rows(_ location: String, _ options: SourceOptions = SourceOptions()) throws -> [[Cell]] {
  try rows(SourceCatalogue.open(DataLocation(location), options: options))
}

/// The sentence that opening a location or reading its rows ends with.
func failure(_ location: String, _ options: SourceOptions = SourceOptions()) -> String? {
  do {
    _ = try rows(location, options)
    return nil
  } catch let error as DataSourceError {
    return error.sentence.contains("\n") ? nil : error.sentence
  } catch {
    return nil
  }
}
