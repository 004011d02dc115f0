import CKernels
import RLCore

/// Looks for numbers that no environment may give: NaN, and members of a space of integers that it does not have.
struct ColumnCheck {
  private let width: Int
  /// Where each space of integers begins in a row.
  private let integers: [(start: Int, space: Space)]

  init(_ specification: EnvironmentSpecification) {
    width = specification.observationSpace.width
    var start = 0
    var integers: [(Int, Space)] = []
    for leaf in specification.observationSpace.leaves {
      if case .box = leaf {} else { integers.append((start, leaf)) }
      start += leaf.width
    }
    self.integers = integers
  }

  func rewards(_ batch: borrowing StepBatch, _ rows: Range<Int>, _ id: String) throws(PythonError) {
    for index in rows where batch.rewards[index].isNaN {
      throw PythonError("\(id): environment \(index) gave the reward NaN")
    }
  }

  func observations(_ batch: borrowing StepBatch, _ rows: Range<Int>, _ id: String) throws(PythonError) {
    try column(batch.observations, rows, id)
    for index in rows where batch.endings[index] != .none {
      try column(batch.finalObservations, index..<index + 1, id)
    }
  }

  private func column(_ column: [Float], _ rows: Range<Int>, _ id: String) throws(PythonError) {
    let (first, size) = (rows.lowerBound * width, rows.count * width)
    let isFinite = column.withUnsafeBufferPointer { rl_are_finite($0.baseAddress! + first, size) != 0 }
    if !isFinite, let place = column[first..<first + size].firstIndex(where: \.isNaN) {
      throw PythonError(
        "\(id): environment \(place / width) gave an observation with NaN as component \(place % width)")
    }
    for (start, space) in integers {
      for index in rows {
        let own = index * width + start
        guard !column.span.extracting(own..<own + space.width).isMember(of: space) else { continue }
        let given = column[own..<own + space.width].map { "\($0)" }.joined(separator: ", ")
        throw PythonError("\(id): environment \(index) gave the observation \(given), which is not in \(space)")
      }
    }
  }
}

extension Span<Float> {
  fileprivate func isMember(of space: Space) -> Bool { space.contains(self) }
}
