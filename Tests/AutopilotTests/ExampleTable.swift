import Fitting
import Foundation
import Randomness
import TestSupport

/// Tables with a known answer, as CSV files.
enum ExampleTable {
  /// y is `yes` where x + z / 2 + noise is above 0; `colour` says a little, `junk` nothing. `leak` spells y, `id` names rows.
  static func classes(
    rows: Int, seed: UInt64 = 1, noise: Double = 0.4, leak: Bool = false, shuffled: Bool = false, flipped: Double = 0,
    in folder: TemporaryFolder
  ) throws -> DataFile {
    var generator = CounterGenerator(SeedSequence(seed))
    func normal() -> Double {
      (0..<12).reduce(-6.0) { sum, _ in sum + Double(generator.integer(below: 1 << 20)) / Double(1 << 20) }
    }
    var lines = ["id,x,z,colour,junk,constant" + (leak ? ",verdict" : "") + ",y"]
    for row in 0..<rows {
      let (x, z) = (normal(), normal())
      let colour = ["red", "green", "blue"][generator.integer(below: 3)]
      let value = x + z / 2 + (colour == "red" ? 0.5 : 0) + noise * normal()
      var isYes = value > 0
      if shuffled { isYes = generator.integer(below: 2) == 1 }
      if flipped > 0, Double(generator.integer(below: 1_000)) < flipped * 1_000 { isYes.toggle() }
      let junk = generator.integer(below: 50)
      lines.append(
        "r\(1_000 + row),\(x),\(z),\(colour),\(junk),7" + (leak ? ",\(isYes ? "good" : "bad")" : "")
          + ",\(isYes ? "yes" : "no")")
    }
    return try file(lines, "classes-\(seed).csv", in: folder)
  }

  /// y = 3 x - z + noise of standard deviation `noise`.
  static func numbers(rows: Int, seed: UInt64 = 1, noise: Double = 0.5, in folder: TemporaryFolder) throws -> DataFile {
    var generator = CounterGenerator(SeedSequence(seed))
    func normal() -> Double {
      (0..<12).reduce(-6.0) { sum, _ in sum + Double(generator.integer(below: 1 << 20)) / Double(1 << 20) }
    }
    var lines = ["x,z,part,y"]
    for row in 0..<rows {
      let (x, z) = (normal(), normal())
      lines.append("\(x),\(z),\(row % 4 == 0 ? "a" : "b"),\(3 * x - z + noise * normal())")
    }
    return try file(lines, "numbers-\(seed).csv", in: folder)
  }

  static func file(_ lines: [String], _ name: String, in folder: TemporaryFolder) throws -> DataFile {
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let path = folder.path + "/" + name
    try lines.joined(separator: "\n").appending("\n").write(toFile: path, atomically: true, encoding: .utf8)
    return try DataFile(path, target: "y")
  }
}
