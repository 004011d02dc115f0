import Telemetry

/// Points as JSON Lines: an object a point with `experiment`, `run`, `seed`, `agent`, `environment`, `metric`, `step`,
/// `wall_time` and `value`, sorted as the long CSV is.
///
/// JSON has no number that is not finite: such a value is the text "nan", "inf" or "-inf".
public struct JSONLinesExport: Sendable {
  private let records: [RunRecord]

  public init(_ records: [RunRecord]) { self.records = records.sorted { $0.id < $1.id } }

  public func metrics<Failure: Error>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    var bytes: [UInt8] = []
    for record in records {
      let names = ["experiment", "run", "seed", "agent", "environment"]
      var fixed = "{"
      for (name, value) in zip(names, CSVExport.runFields(of: record)) {
        fixed += "\"\(name)\":" + (name == "seed" ? value : quoted(value)) + ","
      }
      for series in record.series.sorted(by: { $0.metric.name < $1.metric.name }) {
        let start = Array((fixed + "\"metric\":\(quoted(series.metric.name)),\"step\":").utf8)
        for point in stableOrder(of: series.steps) {
          bytes += start
          bytes.appendDecimal(series.steps[point])
          bytes += Array(",\"wall_time\":".utf8)
          bytes.appendSeconds(series.wallTimes[point])
          bytes += Array(",\"value\":".utf8)
          let value = series.values[point]
          if !value.isFinite { bytes.append(UInt8(ascii: "\"")) }
          appendShortest(value, to: &bytes)
          if !value.isFinite { bytes.append(UInt8(ascii: "\"")) }
          bytes += Array("}\n".utf8)
          if bytes.count >= 1 << 18 {
            try sink(bytes)
            bytes.removeAll(keepingCapacity: true)
          }
        }
      }
    }
    try sink(bytes)
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
