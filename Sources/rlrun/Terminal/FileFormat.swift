import ArgumentParser
import Foundation

/// A format that a command writes files in, called as such files' names end.
protocol FileFormat: ExpressibleByArgument, CaseIterable, RawRepresentable<String>, Equatable {}

extension FileFormat {
  /// The format of a file: `given`, or what its name ends in, in small letters or capitals; of `-`, standard output, it has
  /// to be given.
  ///
  /// `command`: what is said to write `formats`. `usual`: the format of a name without an ending and of standard output; nil
  /// where it has to be said. Throws where nothing says the format, where a name ends in another one than is given, and where
  /// it ends in one that is not among `formats`.
  static func format(
    ofFile path: String, given: Self?, command: String, among formats: [Self] = Array(allCases), usual: Self? = nil
  ) throws(UsageError) -> Self {
    let ending = path == "-" ? "" : URL(fileURLWithPath: path).pathExtension
    let named = formats.first { $0.rawValue == ending.lowercased() }
    if let given {
      if let named, named != given {
        throw UsageError("--format \(given.rawValue) does not fit --output \(path)")
      }
      return given
    }
    if let named { return named }
    if ending.isEmpty, let usual { return usual }
    let names = formats.map { ".\($0.rawValue)" }
    let list = names.dropLast().joined(separator: ", ") + (names.count > 1 ? " and " : "") + (names.last ?? "")
    let choice = "--format \(formats.map(\.rawValue).joined(separator: "|"))"
    if path == "-" { throw UsageError("standard output has no name that ends in a format: use \(choice)") }
    if ending.isEmpty {
      throw UsageError(
        "'\(path)' does not say its format: \(command) writes \(list); end the name so, or use \(choice)")
    }
    throw UsageError("\(command) writes \(list), not .\(ending): end '\(path)' so, or use \(choice)")
  }
}
