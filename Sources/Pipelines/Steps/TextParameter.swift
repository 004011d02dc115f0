import Settings

/// A parameter of a step that is a text or a list of texts: names of columns, an expression, a separator. List them in the
/// `texts` of a ``PipelineStep``.
///
///     struct Rename {
///       var to = ""
///       var columns: [String] = []
///       static let texts: [TextParameter<Rename>] = [
///         .text("to", \.to, "the new name"), .list("columns", \.columns, "the columns' names"),
///       ]
///     }
///     print(Rename.texts.map(\.name))  // ["to", "columns"]
package struct TextParameter<Owner>: Sendable {
  package typealias Path<Value> = WritableKeyPath<Owner, Value> & Sendable

  package let name: String
  /// One line.
  package let meaning: String
  let get: @Sendable (Owner) -> [String]
  let set: @Sendable (inout Owner, [String]) throws(PipelineError) -> Void

  /// One text.
  package static func text(_ name: String, _ path: Path<String>, _ meaning: String) -> Self {
    Self(
      name: name, meaning: meaning, get: { $0[keyPath: path].isEmpty ? [] : [$0[keyPath: path]] },
      set: { owner, texts throws(PipelineError) in
        if texts.count > 1 {
          throw PipelineError("'\(name)' takes one text, not \(texts.count)", status: .badUsage)
        }
        owner[keyPath: path] = texts.first ?? ""
      })
  }

  /// Any number of texts.
  package static func list(_ name: String, _ path: Path<[String]>, _ meaning: String) -> Self {
    Self(name: name, meaning: meaning, get: { $0[keyPath: path] }, set: { $0[keyPath: path] = $1 })
  }

  /// Two numbers in ascending order, within `bounds`.
  static func range(_ name: String, _ path: Path<[Double]>, _ bounds: Bounds, _ meaning: String) -> Self {
    Self(
      name: name, meaning: meaning, get: { $0[keyPath: path].map { "\($0)" } },
      set: { owner, texts throws(PipelineError) in
        let numbers = texts.compactMap { Double($0) }
        guard texts.count == 2, numbers.count == 2, numbers[0] < numbers[1], numbers.allSatisfy(bounds.contains) else {
          throw PipelineError(
            "'\(name)' takes two ascending numbers (\(bounds)), as [0, 1], not [\(texts.joined(separator: ", "))]",
            status: .badUsage)
        }
        owner[keyPath: path] = numbers
      })
  }

  /// Some of a few words.
  static func words<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
    _ name: String, _ path: Path<[Choice]>, _ meaning: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, get: { $0[keyPath: path].map(\.rawValue) },
      set: { owner, texts throws(PipelineError) in
        var choices: [Choice] = []
        for text in texts {
          guard let choice = Choice(rawValue: text) else {
            throw PipelineError(
              HyperparameterError(unknownName: text, kind: name, among: Choice.allCases.map(\.rawValue)))
          }
          choices.append(choice)
        }
        owner[keyPath: path] = choices
      })
  }

  /// The same parameter of what holds an `Owner` at `path`.
  func at<Whole>(_ path: WritableKeyPath<Whole, Owner> & Sendable) -> TextParameter<Whole> {
    TextParameter<Whole>(
      name: name, meaning: meaning, get: { get($0[keyPath: path]) },
      set: { whole, texts throws(PipelineError) in try set(&whole[keyPath: path], texts) })
  }
}
