import BLASBridge
import Foundation
import Randomness

/// 40 rows of 4 features, two numbers to predict and the classes cut from them, by formulas that Python repeats.
enum SmallData {
  static var x: Matrix<Float> { Matrix((0..<40).map { features($0).map { Float($0) } }) }

  static var y: Matrix<Float> {
    Matrix(
      (0..<40).map { i in
        let row = features(i)
        let first = 1.5 * row[0] - 2 * row[1] + 0.5 * row[2] + 0.25 * row[3]
        let second = row[1] + 2 * row[2] - row[3]
        return [Float(3 + first + 0.3 * cos(2.1 * Double(i))), Float(-1 + second + 0.3 * sin(1.3 * Double(i)))]
      })
  }

  private static func features(_ row: Int) -> [Double] {
    let i = Double(row)
    return [0.0, 1, 2, 3].map { j in
      let angle: Double = 1.7 * i + 0.9 * j * j + 0.37 * i * j
      return sin(angle)
    }
  }

  /// Whether the first number is above 3: 20 rows each.
  static let twoClasses = y.column(0).elements.map { $0 > 3 ? 1 : 0 }
  /// The second number below −2, up to 0, above: 12, 18 and 10 rows.
  static let threeClasses = y.column(1).elements.map { $0 < -2 ? 0 : $0 < 0 ? 1 : 2 }
}

/// Standard normal numbers.
func normalMatrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Float> {
  var generator = CounterGenerator(SeedSequence(seed))
  return Matrix(rows: rows, columns: columns, (0..<rows * columns).map { _ in generator.normal() })
}

/// The largest distance between elements; infinite for other shapes.
func distance(_ a: Matrix<Float>, _ b: Matrix<Float>) -> Float {
  a.shape == b.shape ? zip(a.elements, b.elements).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

func distance(_ a: [Float], _ b: [Float]) -> Float { distance(Matrix(column: a), Matrix(column: b)) }
