import Foundation
import Testing

@testable import Datasets

/// Numbers near the ends of Double are scaled like any others.
@Suite struct ExtremeNumberTests {
  private func features(_ values: [Double], fitting rows: [Int]? = nil) throws -> [Float] {
    let table = Table([("a", .numbers(values)), ("b", .numbers(values.map { _ in 1 }))])
    let fitted = try Preprocessing(fitting: table.dropping(["b"]), rows: rows)
    let read = try JSONDecoder().decode(Preprocessing.self, from: JSONEncoder().encode(fitted))
    #expect(read == fitted)
    return try read.features(of: table).values
  }

  @Test(arguments: [
    1.7e308, 1e308, 1e200, 1e154, 1, 1e-154, 1e-200, 1e-300, .leastNonzeroMagnitude * 100, .greatestFiniteMagnitude,
    .leastNormalMagnitude,
  ])
  func `a column is scaled whatever its size`(scale: Double) throws {
    for shape in [[-1, 1, -1, 1], [0, 1, 0, 1], [-1, -0.5, 0.5, 1.0]] {
      let found = try features(shape.map { $0 * scale })
      let mean = shape.reduce(0, +) / 4
      let deviation = (shape.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4).squareRoot()
      for (value, right) in zip(found, shape) {
        #expect(abs(value - Float((right - mean) / deviation)) < (scale < 1e-300 ? 0.05 : 1e-6), "\(shape) × \(scale)")
      }
    }
  }

  @Test(arguments: [0.1, 1e20, 1.7e308, .leastNonzeroMagnitude, 0, -1e300])
  func `a constant is 0`(value: Double) throws {
    #expect(try features(Array(repeating: value, count: 7)) == Array(repeating: 0, count: 7))
  }

  @Test func `what hardly differs is not lost`() throws {
    let found = try features([1e20, 1e20 + 16384, 1e20, 1e20 + 16384])
    // The mean falls between two doubles, so that only the distance is what it should be.
    #expect(abs(found[1] - found[0] - 2) < 0.01 && found[2] == found[0] && found[3] == found[1])
  }

  @Test func `a value that leaves single precision is refused by column and line`() throws {
    let error = #expect(throws: DatasetError.self) { try features([1, 2, 3, 1e300], fitting: [0, 1, 2]) }
    #expect(error?.description.hasPrefix("Line 4: 1e+300 in the column 'a' is beyond single precision") == true)
  }

  @Test func `a few giants are told`() throws {
    let text = "a\n" + (0..<100).map { $0 == 7 ? "1.7e308" : "\($0)" }.joined(separator: "\n")
    let report = try TableReport(csvBytes: Array(text.utf8))
    #expect(
      report.findings[0].warnings.first?.contains("scaling leaves nothing of the others: '1.7e+308' (line 9)") == true)
    let without = try TableReport(csvBytes: Array(text.utf8), request: TableRequest(missing: ["1.7e+308"]))
    #expect(without.findings[0].warnings.isEmpty && without.findings[0].missing == 1)
  }
}
