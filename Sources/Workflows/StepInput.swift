import DataVersions

/// What a step takes: the product of another step, a version of a data set, or a file.
package struct StepInput: Sendable, Hashable {
  package enum Place: Sendable, Hashable {
    case step(String)
    case version(DataSetReference)
    /// Its path from the working directory.
    case file(String)
  }

  /// The field that names it.
  let field: String
  /// As the workflow has it.
  let text: String
  let place: Place
  let wanted: StepProduct
  let line: Int

  var step: String? { if case .step(let name) = place { name } else { nil } }
}

/// The sort of thing that a step makes, or takes.
package enum StepProduct: Sendable, Hashable {
  /// A version of a data set.
  case data
  /// Rows in a file.
  case file
  /// Rows wherever they are.
  case rows
  case model
  case scores

  func takes(_ product: StepProduct) -> Bool {
    self == product || self == .rows && (product == .data || product == .file)
  }

  var words: String {
    switch self {
    case .data: "a version of a data set"
    case .file: "a file"
    case .rows: "rows"
    case .model: "a model"
    case .scores: "scores"
    }
  }
}
