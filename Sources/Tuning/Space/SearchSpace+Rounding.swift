import Foundation
import Settings

extension SearchSpace {
  /// The values with five digits, as people write them down, wherever that leaves them in their ranges.
  package func rounded(_ values: [String: HyperparameterValue]) -> [String: HyperparameterValue] {
    var values = values
    for parameter in parameters {
      guard case .real(_, _, _, nil) = parameter.range, case .number(let number)? = values[parameter.name] else {
        continue
      }
      let rounded = HyperparameterValue.number(Double(String(format: "%.5g", number)) ?? number)
      if parameter.range.contains(rounded) { values[parameter.name] = rounded }
    }
    return values
  }
}
