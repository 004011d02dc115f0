import BLASBridge
import Formats
import Learning
import Models
import Telemetry
import Validation

// The results of all folds together, once they are finished.
extension FoldedFit {
  private var width: Int {
    let rows = folds.parts.reduce(0) { $0 + $1.test.count }
    return rows > 0 ? outputs.count / rows : 0
  }

  /// The test rows of a repeat with their predictions, by the place of the rows; `rows` are their places among the usable ones.
  func heldOut(repeat number: Int, _ all: FitRows) -> (rows: [Int], held: HeldOutRows) {
    let (count, width) = (folds.count, width)
    var offset = folds.parts.prefix(number * count).reduce(0) { $0 + $1.test.count }
    var places: [(row: Int, fold: Int, output: Int)] = []
    for fold in 0..<count {
      for row in folds.parts[number * count + fold].test {
        places.append((row, fold, offset))
        offset += 1
      }
    }
    places.sort { $0.row < $1.row }
    let values = places.flatMap { place in outputs[place.output * width..<(place.output + 1) * width].map(Double.init) }
    let kind: HeldOutRows.Kind
    if case .classes(let labels, let classes) = all.target {
      kind = .classes(ClassProbabilities(values, classes: classes), labels: places.map { labels[$0.row] })
    } else {
      let numbers = all.numbers
      let truth = places.map { Double(numbers[$0.row, 0]) }
      kind =
        all.data.quantiles.map { .quantiles($0, predicted: values, truth: truth) }
        ?? .numbers(predicted: values, truth: truth)
    }
    return (places.map(\.row), HeldOutRows(kind, parts: places.map(\.fold)))
  }

  var repeats: Int { folds.parts.count / folds.count }

  /// The rows that are tested in every repeat, with the mean of their predictions.
  func pooled(_ all: FitRows) -> (rows: [Int], held: HeldOutRows) {
    var (rows, held) = heldOut(repeat: 0, all)
    for number in 1..<max(1, repeats) {
      let other = heldOut(repeat: number, all).held
      switch (held.kind, other.kind) {
      case (.classes(var sum, let labels), .classes(let more, _)):
        for index in sum.values.indices { sum.values[index] += more.values[index] }
        held.kind = .classes(sum, labels: labels)
      case (.numbers(var sum, let truth), .numbers(let more, _)):
        for index in sum.indices { sum[index] += more[index] }
        held.kind = .numbers(predicted: sum, truth: truth)
      case (.quantiles(let shares, var sum, let truth), .quantiles(_, let more, _)):
        for index in sum.indices { sum[index] += more[index] }
        held.kind = .quantiles(shares, predicted: sum, truth: truth)
      default: break
      }
    }
    let factor = 1 / Double(repeats)
    switch held.kind {
    case .classes(var sum, let labels):
      sum.values = sum.values.map { $0 * factor }
      held.kind = .classes(sum, labels: labels)
    case .numbers(let sum, let truth): held.kind = .numbers(predicted: sum.map { $0 * factor }, truth: truth)
    case .quantiles(let shares, let sum, let truth):
      held.kind = .quantiles(shares, predicted: sum.map { $0 * factor }, truth: truth)
    }
    return (rows, held)
  }

  /// The mean of each measure over the folds that have it; what is of one class is of all test rows together.
  func scores(_ held: HeldOutRows, classes: [String]) -> FitScores {
    var (names, values): ([String], [String: [Double]]) = ([], [:])
    for score in results.flatMap(\.scores) {
      if values[score.name] == nil { names.append(score.name) }
      values[score.name, default: []].append(score.value)
    }
    let means = names.map { FitScores.Score(name: $0, value: mean(values[$0]!)) }
    guard case .classes(let probabilities, let labels) = held.kind else { return FitScores(means) }
    let matrix = Matrix(
      rows: probabilities.rows, columns: probabilities.classes, probabilities.values.map { Float($0) })
    return FitScores(truth: labels, probabilities: matrix, classes: classes).replacingOverall(means)
  }

  /// A line for each prediction of a test row: its number in the data, its fold, the truth, and what was predicted.
  func csv(_ all: FitRows, classes: [String]) -> String {
    let isRepeated = repeats > 1
    let shares = all.data.quantiles ?? []
    let predictions =
      shares.isEmpty
      ? ["prediction"] + classes.map { "probability_\($0)" } : shares.map { "quantile_\(shortest($0))" }
    return CSVWriter.text { writer in
      writer.row(["row"] + (isRepeated ? ["repeat"] : []) + ["fold", "truth"] + predictions)
      for number in 0..<repeats {
        let (rows, held) = heldOut(repeat: number, all)
        let best: [Int] = if case .classes(let probabilities, _) = held.kind { probabilities.best } else { [] }
        for (place, row) in rows.enumerated() {
          writer.field(self.number(ofUsable: row))
          if isRepeated { writer.field(number + 1) }
          writer.field(held.parts[place] + 1)
          switch held.kind {
          case .classes(let probabilities, let labels):
            writer.field(classes[labels[place]])
            writer.field(classes[best[place]])
            for label in classes.indices { writer.field("\(Float(probabilities[place, label]))") }
          case .numbers(let predicted, let truth):
            writer.field("\(Float(truth[place]))")
            writer.field("\(Float(predicted[place]))")
          case .quantiles(let shares, let predicted, let truth):
            writer.field("\(Float(truth[place]))")
            for index in shares.indices { writer.field("\(Float(predicted[place * shares.count + index]))") }
          }
          writer.endRow()
        }
      }
    }
  }
}
