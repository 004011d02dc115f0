import CKernels
import Datasets

/// Some rows of the features that trees ask for, as numbers side by side `[features, stride]`; beyond the last row are
/// missing values.
final class RowBlock {
  let values: UnsafeMutablePointer<Double>
  let stride: Int
  private let features: [Int]

  init(_ features: [Int], rows: Int) {
    self.features = features
    stride = (rows + Self.lanes - 1) / Self.lanes * Self.lanes
    values = .allocate(capacity: max(1, features.count * stride))
    values.initialize(repeating: .nan, count: features.count * stride)
  }

  deinit { values.deallocate() }

  static let lanes = Int(EXPLAINED_LANES)

  /// Takes `count` rows of the columns from `start` on; returns in how many groups they are.
  func take(_ columns: FeatureColumns, from start: Int, count: Int) -> Int {
    for (place, feature) in features.enumerated() {
      let own = values + place * stride
      switch columns.columns[feature] {
      case .numbers(let numbers):
        numbers.withUnsafeBufferPointer { own.update(from: $0.baseAddress! + start, count: count) }
      case .codes(let codes, _):
        for row in 0..<count { own[row] = codes[start + row] < 0 ? .nan : Double(codes[start + row]) }
      }
      for row in count..<stride { own[row] = .nan }
    }
    return (count + Self.lanes - 1) / Self.lanes
  }
}
