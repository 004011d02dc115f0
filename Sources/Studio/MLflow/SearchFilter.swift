import Telemetry
import Tracker

/// What a filter of MLflow's can be asked of.
protocol Searchable {
  func text(_ field: SearchField) -> String?
  func number(_ field: SearchField) -> Double?
}

/// A field as filters and orders name it: `metrics.loss`, `` tags.`a key` ``, `attributes.status`, `name`.
struct SearchField: Hashable, Sendable {
  enum Kind: Hashable, Sendable { case attribute, metric, parameter, tag, dataset }

  var kind: Kind
  var name: String
}

/// Which fields there are of what is searched.
struct SearchSchema: Sendable {
  var texts: Set<String>
  var numbers: Set<String>
  var kinds: Set<SearchField.Kind>
  var aliases: [String: String] = [:]

  static let runs = SearchSchema(
    texts: ["run_id", "run_name", "status", "artifact_uri", "user_id", "experiment_id", "lifecycle_stage"],
    numbers: ["start_time", "end_time"], kinds: [.attribute, .metric, .parameter, .tag, .dataset],
    aliases: [
      "run name": "run_name", "Run name": "run_name", "Run Name": "run_name", "created": "start_time",
      "Created": "start_time",
    ])
  static let experiments = SearchSchema(
    texts: ["name", "experiment_id"], numbers: ["creation_time", "last_update_time"], kinds: [.attribute, .tag])
  static let registeredModels = SearchSchema(
    texts: ["name"], numbers: ["creation_timestamp", "last_updated_timestamp"], kinds: [.attribute, .tag],
    aliases: ["timestamp": "last_updated_timestamp"])
  static let modelVersions = SearchSchema(
    texts: ["name", "run_id", "source_path", "source", "current_stage"],
    numbers: ["version_number", "creation_timestamp", "last_updated_timestamp"], kinds: [.attribute, .tag],
    aliases: ["version": "version_number", "timestamp": "last_updated_timestamp", "source": "source_path"])
  static let models = SearchSchema(
    texts: ["name", "model_id", "model_type", "status", "source_run_id", "artifact_uri", "experiment_id"],
    numbers: ["creation_timestamp", "creation_time", "last_updated_timestamp", "last_updated_time"],
    kinds: [.attribute, .metric, .parameter, .tag],
    aliases: ["creation_timestamp": "creation_time", "last_updated_timestamp": "last_updated_time"])

  func isNumber(_ field: SearchField) -> Bool {
    field.kind == .metric || field.kind == .attribute && numbers.contains(field.name)
  }
}

/// A condition of MLflow's grammar: comparisons that are joined by AND.
struct SearchFilter: Sendable {
  enum Operation: String, Sendable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case like = "LIKE"
    case ilike = "ILIKE"
    case among = "IN"
    case notAmong = "NOT IN"
    case isNull = "IS NULL"
    case isNotNull = "IS NOT NULL"
  }

  struct Comparison: Sendable {
    var field: SearchField
    var operation: Operation
    var texts: [String]
    var number: Double
    var isNumber: Bool
  }

  private(set) var comparisons: [Comparison]

  /// Throws for what is no condition on these fields; an empty text is none at all.
  init(_ text: String, _ schema: SearchSchema) throws(MLflowError) {
    var parser = try SearchParser(text, schema)
    comparisons = try parser.filter()
  }

  func matches(_ candidate: some Searchable) -> Bool { comparisons.allSatisfy { $0.holds(for: candidate) } }
}

extension SearchFilter.Comparison {
  fileprivate func holds(for candidate: some Searchable) -> Bool {
    if isNumber {
      guard let value = candidate.number(field) else { return operation == .isNull }
      switch operation {
      case .equal: return value == number
      case .unequal: return value != number
      case .less: return value < number
      case .lessOrEqual: return value <= number
      case .greater: return value > number
      case .greaterOrEqual: return value >= number
      case .isNotNull: return true
      default: return false
      }
    }
    guard let value = candidate.text(field) else { return operation == .isNull }
    switch operation {
    case .equal: return value == texts[0]
    case .unequal: return value != texts[0]
    case .like: return NamePattern(like: texts[0]).matches(value)
    case .ilike: return NamePattern(like: texts[0].lowercased()).matches(value.lowercased())
    case .among: return texts.contains(value)
    case .notAmong: return !texts.contains(value)
    case .isNotNull: return true
    case .isNull: return false
    case .less: return value < texts[0]
    case .lessOrEqual: return value <= texts[0]
    case .greater: return value > texts[0]
    case .greaterOrEqual: return value >= texts[0]
    }
  }
}
