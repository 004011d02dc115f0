import Datasets
import Formats
import Settings

/// The reason why a pipeline cannot be read, fitted or applied, in one sentence. Throw it from a step of your own.
///
/// ```swift
/// func requirePositive(_ values: [Double], _ column: String) throws(PipelineError) {
///   if let value = values.first(where: { $0 <= 0 }) {
///     throw PipelineError("the column '\(column)' has the value \(value), which is not above 0")
///   }
/// }
/// ```
public struct PipelineError: UserFacingError, Hashable, Sendable {
  public var description: String
  /// `badUsage` where the pipeline is at fault, `failedWork` where the data are.
  public var status: FailureStatus
  /// The expression with a mark under the place that is wrong, where there is one.
  public var excerpt: [String] = []

  public init(_ description: String, status: FailureStatus = .failedWork) {
    (self.description, self.status) = (description, status)
  }
}

extension PipelineError {
  init(_ error: HyperparameterError) { self.init(error.description, status: .badUsage) }

  init(_ error: DatasetError) {
    let sentence = error.description
    self.init(sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence, status: error.status)
  }

  /// A column that is not there; says which is nearest.
  static func missingColumn(_ name: String, among names: [String]) -> PipelineError {
    let guess = didYouMean(name, among: names) ?? ""
    return PipelineError("there is no column '\(name)'\(guess)", status: .badUsage)
  }

  /// The same, said of one step.
  func inStep(_ place: Int, _ name: String) -> PipelineError {
    var error = self
    error.description = "step \(place + 1) (\(name)): " + description
    return error
  }

  /// Throws where so many numbers need more than half of the machine's memory.
  static func requireMemory(rows: Int, columns: Int, lower settings: String) throws(PipelineError) {
    let (bytes, most) = (8 * Double(rows) * Double(columns), Machine.memory / 2)
    if bytes <= most { return }
    throw PipelineError(
      "\(rows) rows of \(columns) columns need \(rounded(bytes / 1e9)) GB, more than half of this machine's memory: \(settings)"
    )
  }
}
