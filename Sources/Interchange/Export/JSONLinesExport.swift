import Formats
import Telemetry
import Tracker

/// Points as JSON Lines: an object a point with `experiment`, `run`, `seed`, `agent`, `environment`, `metric`, `step`,
/// `wall_time` and `value`, sorted as the long CSV is.
///
/// JSON has no number that is not finite: such a value is the text "nan", "inf" or "-inf".
package struct JSONLinesExport: Sendable {
  private let records: [RunRecord]

  package init(_ records: [RunRecord]) { self.records = records.sorted { $0.id < $1.id } }

  package func metrics<Failure: Error>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    let text = TextBuffer()
    for record in records {
      let names = ["experiment", "run", "seed", "agent", "environment"]
      var fixed = "{"
      for (name, value) in zip(names, CSVExport.runFields(of: record)) {
        fixed += "\"\(name)\":" + (name == "seed" ? value : quoted(value)) + ","
      }
      for series in record.series.sorted(by: { $0.metric.name < $1.metric.name }) {
        let start = Array((fixed + "\"metric\":\(quoted(series.metric.name)),\"step\":").utf8)
        for point in stableOrder(of: series.steps) {
          text.append(start)
          text.append(decimal: series.steps[point])
          text.append(",\"wall_time\":")
          text.append(seconds: series.wallTimes[point])
          text.append(",\"value\":")
          let value = series.values[point]
          if !value.isFinite { text.append("\"") }
          text.append(shortest: value)
          if !value.isFinite { text.append("\"") }
          text.append("}\n")
          if text.isFull { try sink(text.take()) }
        }
      }
    }
    try sink(text.take())
  }

  private func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
