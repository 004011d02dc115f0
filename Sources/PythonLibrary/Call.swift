import Fitting
import Formats
import Foundation
import Runs
import Training

/// A request from Python and its answer, both as JSON: what is asked is a value, `answer` does it. A new call is a type with
/// its line in `Calls.all`.
protocol Call: Decodable, SendableMetatype {
  associatedtype Answer: Encodable

  /// As Python spells it, `store.runs`.
  static var name: String { get }
  func answer() throws -> Answer
}

/// An answer that says nothing.
struct Done: Encodable {}

enum Calls {
  static let all: [any Call.Type] =
    VectorCalls.all + LogCalls.all + StoreCalls.all + TrainingCalls.all + PolicyCalls.all + ModelCalls.all

  private static let byName: [String: any Call.Type] = {
    // What runs of these kinds are resumed by.
    RunKinds.register(TrainingConfiguration.self)
    RunKinds.register(FitConfiguration.self)
    return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  }()

  /// Does what `request` asks for; its answer as JSON. Throws where there is no such call, and what it throws.
  static func answer(_ name: String, _ request: Data) throws -> Data {
    guard let type = byName[name] else { throw LibraryError("the library has no call '\(name)'") }
    func answer<C: Call>(_ type: C.Type) throws -> Data {
      let call: C
      do { call = try JSONForm.exact.decode(type, from: request) } catch let error as DecodingError {
        throw LibraryError("the request '\(name)' cannot be read: \(error.place)")
      }
      return try JSONForm.line.encode(call.answer())
    }
    return try answer(type)
  }
}

extension DecodingError {
  /// What was expected where.
  fileprivate var place: String {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? context.debugDescription : "'\(path)': \(context.debugDescription)"
    @unknown default: return "\(self)"
    }
  }
}
