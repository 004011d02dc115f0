import Foundation
import Randomness
import Settings
import Tracker

@testable import Fitting

/// A folder with a store and files of data, removed when the value goes out of use.
final class FitPlace {
  let store: Store
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-fit-\(UUID().uuidString)")
    store = try Store(path: folder.appendingPathComponent("runs").path, create: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The data sets of scikit-learn, written by `Tests/Goldens/scikit_learn_fits.py`.
  static let recorded = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Goldens/recorded/supervised")

  func golden(_ name: String) throws -> DataFile {
    try DataFile(Self.recorded.appendingPathComponent(name).path)
  }

  /// Writes a file; returns its path.
  func file(_ name: String, _ text: String) throws -> String {
    let url = folder.appendingPathComponent(name)
    try text.write(to: url, atomically: true, encoding: .utf8)
    return url.path
  }

  func fit(_ configuration: FitConfiguration, seed: UInt64 = 0) throws -> (run: FitRun, outcome: FitOutcome) {
    let run = try FitRun.start(configuration, seed: seed, experiment: "test", in: store)
    return (run, try run.fit())
  }

  /// A fit with folds to a file of two clouds, whose other target is no feature.
  func configuration(
    _ model: String, _ path: String, target: String = "kind", folds: Int? = 5,
    _ values: [String: HyperparameterValue] = [:]
  ) throws -> FitConfiguration {
    try FitConfiguration(
      data: DataFile(path, target: target), target: target, model: model, folds: folds,
      dropping: [target == "kind" ? "y" : "kind"], values: values)
  }

  /// Two clouds of points around (0, 0) and (2, 2); `flipped` of the labels are wrong, every row with its number.
  func clouds(_ name: String, _ count: Int, seed: UInt64, flipping share: Double = 0) throws -> (
    path: String, flipped: Set<Int>
  ) {
    var generator = CounterGenerator(SeedSequence(seed))
    func uniform() -> Double { (Double(generator.integer(below: 1 << 24)) + 0.5) / Double(1 << 24) }
    func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }
    var (lines, flipped): ([String], Set<Int>) = (["a,b,noise,y,kind"], [])
    for row in 1...count {
      let isRed = uniform() < 0.4
      let (a, b) = (normal() + (isRed ? 2 : 0), normal() + (isRed ? 2 : 0))
      let isWrong = uniform() < share
      if isWrong { flipped.insert(row) }
      lines.append("\(a),\(b),\(normal()),\(a + 2 * b + normal()),\(isRed != isWrong ? "red" : "blue")")
    }
    return (try file(name, lines.joined(separator: "\n") + "\n"), flipped)
  }

  /// Forty rows of two kinds that a line divides; one without a number, one with a quoted line break.
  static let flowers: String = {
    var lines = ["size,place,note,kind"]
    for row in 0..<40 {
      let size = row == 7 ? "" : "\(row % 2 == 0 ? 1 + Double(row) / 100 : 3 + Double(row) / 100)"
      let note = row == 9 ? "\"two\nlines\"" : "n\(row)"
      lines.append("\(size),\(row % 2 == 0 ? "field" : "wood"),\(note),\(row % 2 == 0 ? "red" : "blue")")
    }
    return lines.joined(separator: "\n") + "\n"
  }()
}
