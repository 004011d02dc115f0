/// A method of calibrating probabilities.
package enum CalibrationMethod: String, Codable, Sendable, CaseIterable, Hashable {
  case isotonic, platt, temperature
}

/// A map from a model's probabilities to calibrated ones, fitted to rows that the model was not fitted to.
///
/// Of two classes one function maps the second one's probability; of more, each class is mapped against all others, and what
/// comes out is divided by its sum. A temperature does all classes at once.
package struct Calibration: Codable, Hashable, Sendable {
  package let method: CalibrationMethod
  package let classes: Int
  package private(set) var isotonic: [IsotonicRegression]?
  package private(set) var platt: [PlattScaling]?
  package private(set) var temperature: TemperatureScaling?

  /// Traps where there are no rows, or not as many labels.
  package init(_ method: CalibrationMethod, _ probabilities: ClassProbabilities, labels: [Int]) {
    precondition(labels.count == probabilities.rows && !labels.isEmpty, "\(labels.count) labels")
    (self.method, classes) = (method, probabilities.classes)
    let mapped = classes == 2 ? [1] : Array(0..<classes)
    switch method {
    case .isotonic:
      isotonic = mapped.map { label in
        IsotonicRegression(probabilities.column(label), labels.map { $0 == label ? 1 : 0 })
      }
    case .platt:
      platt = mapped.map { label in
        PlattScaling(probabilities: probabilities.column(label), isPositive: labels.map { $0 == label })
      }
    case .temperature: temperature = TemperatureScaling(probabilities, labels: labels)
    }
  }

  package func callAsFunction(_ probabilities: ClassProbabilities) -> ClassProbabilities {
    var calibrated = probabilities
    for row in 0..<probabilities.rows {
      let range = row * classes..<(row + 1) * classes
      calibrated.values.replaceSubrange(range, with: self.row(probabilities.values[range]))
    }
    return calibrated
  }

  private func row(_ row: ArraySlice<Double>) -> [Double] {
    if let temperature { return temperature.scaled(row) }
    func map(_ place: Int, _ probability: Double) -> Double {
      isotonic?[place](probability) ?? platt?[place](probability) ?? probability
    }
    if classes == 2 {
      let second = map(0, row[row.startIndex + 1])
      return [1 - second, second]
    }
    let mapped = row.enumerated().map { map($0.offset, $0.element) }
    let total = mapped.reduce(0, +)
    return total > 0 ? mapped.map { $0 / total } : row.map { _ in 1 / Double(classes) }
  }

  /// Whether what was read from a file can be used for so many classes.
  package func isSound(classes count: Int) -> Bool {
    let maps = count == 2 ? 1 : count
    guard classes == count else { return false }
    switch method {
    case .isotonic: return isotonic?.count == maps && isotonic!.allSatisfy(\.isSound)
    case .platt: return platt?.count == maps && platt!.allSatisfy { $0.slope.isFinite && $0.intercept.isFinite }
    case .temperature: return temperature?.isSound ?? false
    }
  }

  /// The probabilities of `parts` (rows that are judged together), each calibrated by what the rows of all other parts say,
  /// so that none has a say in its own.
  package static func crossFitted(
    _ method: CalibrationMethod, _ probabilities: ClassProbabilities, labels: [Int], parts: [Int]
  ) -> ClassProbabilities {
    var calibrated = probabilities
    for part in Set(parts).sorted() {
      let (others, own) = (parts.indices.filter { parts[$0] != part }, parts.indices.filter { parts[$0] == part })
      if others.isEmpty { continue }
      let map = Calibration(method, probabilities.rows(others), labels: others.map { labels[$0] })
      let mapped = map(probabilities.rows(own))
      for (place, row) in own.enumerated() {
        for label in 0..<probabilities.classes { calibrated[row, label] = mapped[place, label] }
      }
    }
    return calibrated
  }
}
