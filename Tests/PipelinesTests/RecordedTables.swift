import Datasets
import Foundation

@testable import Pipelines

/// Tables and steps as `Tests/Goldens/pipelines.py` records them.
enum RecordedTables {
  static func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/recorded/pipelines/\(name)")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }

  /// A column with its values, of which any may be missing.
  struct RecordedColumn: Decodable, Sendable {
    enum Value: Decodable, Sendable, Equatable {
      case number(Double)
      case text(String)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else {
          self = .text(try container.decode(String.self))
        }
      }
    }
    var kind: String
    var values: [Value?]

    var column: Column {
      if kind == "number" {
        return .numbers(values.map { if case .number(let number)? = $0 { number } else { .nan } })
      }
      var levels: [String] = []
      let codes = values.map { value -> Int32 in
        guard case .text(let text)? = value else { return -1 }
        if !levels.contains(text) { levels.append(text) }
        return Int32(levels.firstIndex(of: text)!)
      }
      return .categories(Words(levels: levels, codes: codes))
    }
  }

  /// Columns in alphabetical order: objects of JSON have none.
  static func table(_ columns: [String: RecordedColumn], order: [String]? = nil) -> Table {
    Table((order ?? columns.keys.sorted()).map { ($0, columns[$0]!.column) })
  }
}

extension Column {
  /// A value for comparisons; nil for a missing one.
  func value(_ row: Int) -> RecordedTables.RecordedColumn.Value? {
    switch self {
    case .numbers(let values), .dates(let values): values[row].isNaN ? nil : .number(values[row])
    case .categories(let words), .texts(let words): words[row].map { .text($0) }
    case .missing, .leftOut: nil
    }
  }
}

extension PipelineOutput {
  /// Dense columns, then sparse ones.
  var whole: Table { try! dense(limit: 1e9) }
}
