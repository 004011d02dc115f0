import Datasets
import Formats

/// Missing values get one: the same for all, or for all of a group, or that of their neighbours in time.
package struct Impute: Repair {
  package static let name = "impute"
  package static let summary = "fill in missing values, from all rows, a group or neighbours in time"
  package static let stage = RepairStage.impute
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, by, value, group, order }

  package enum Method: String, Codable, Sendable {
    case constant, median, mean
    /// The most frequent value, of equals the one that comes first.
    case mode
    /// The value of the row before, or after, that has one; on the line between both.
    case previous, next, linear
  }

  package let column: String
  package let by: Method
  /// For `constant`.
  package let value: Bound?
  /// A column of categories, in whose groups values are looked for; where a group has none, in all rows.
  package let group: String?
  /// The column of numbers or dates that orders rows for `previous`, `next` and `linear`; the rows' own order by default.
  package let order: String?
  package var neededColumns: [String] { [column, group, order].compactMap(\.self) }

  package init(column: String, by: Method, value: Bound? = nil, group: String? = nil, order: String? = nil) {
    (self.column, self.by, self.value, self.group, self.order) = (column, by, value, group, order)
  }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    let before = state.column(column)
    guard (by == .constant) == (value != nil) else {
      return .impossible(by == .constant ? "constant needs a value" : "only constant takes a value")
    }
    guard let groups = groups(state) else {
      return .impossible("the column \(quoted(group ?? "")) holds no categories")
    }
    guard let keys = keys(state) else {
      return .impossible("the column \(quoted(order ?? "")) holds no numbers or dates")
    }
    switch before {
    case .numbers(let values), .dates(let values):
      let isDate = before.kind == .date
      var constant = 0.0
      if let value {
        guard let number = isDate ? value.date : value.number else {
          return .impossible("\(quoted(value.text)) is no value of the column \(quoted(column))")
        }
        constant = number
      }
      let filled = by.isNeighbour ? neighbours(values, groups, keys) : overall(values, groups, constant)
      state.replace(column, isDate ? .dates(filled) : .numbers(filled))
      return .changed(zip(values, filled).count { $0.isNaN && !$1.isNaN })
    case .categories(let words), .texts(let words):
      if [.median, .mean, .linear].contains(by) {
        return .impossible(
          "\(by.rawValue) needs numbers, and the column \(quoted(column)) holds words: parse-numbers first")
      }
      // Codes are as good as numbers for what is only counted or copied.
      var levels = words.levels
      let constant = value.map { value in levels.firstIndex(of: value.text) ?? levels.count } ?? 0
      if let value, constant == levels.count { levels.append(value.text) }
      let codes = words.codes.map { $0 < 0 ? .nan : Double($0) }
      let filled = by.isNeighbour ? neighbours(codes, groups, keys) : overall(codes, groups, Double(constant))
      let changed = zip(codes, filled).count { $0.isNaN && !$1.isNaN }
      state.replace(column, before.with(Words(levels: levels, codes: filled.map { $0.isNaN ? -1 : Int32($0) })))
      return .changed(changed)
    case .missing, .leftOut: return .impossible("the column \(quoted(column)) has no values")
    }
  }

  /// The group of each row; nil where the column holds no words.
  private func groups(_ state: CleaningState) -> [Int32]? {
    guard let group else { return [Int32](repeating: 0, count: state.table.rowCount) }
    return state.column(group).words?.codes
  }

  private func keys(_ state: CleaningState) -> [Double]? {
    order.map { state.column($0).numbers } ?? (0..<state.table.rowCount).map(Double.init)
  }

  private func overall(_ values: [Double], _ groups: [Int32], _ constant: Double) -> [Double] {
    if by == .constant { return values.map { $0.isNaN ? constant : $0 } }
    let all = statistic(values.filter { !$0.isNaN })
    let members = Dictionary(grouping: values.indices.filter { !values[$0].isNaN }) { groups[$0] }
    let ofGroups = group == nil ? [:] : members.mapValues { rows in statistic(rows.map { values[$0] }) }
    return values.indices.map { values[$0].isNaN ? ofGroups[groups[$0]] ?? all : values[$0] }
  }

  private func statistic(_ values: [Double]) -> Double {
    if values.isEmpty { return .nan }
    switch by {
    case .median: return median(values)
    case .mode:
      var counts: [Double: Int] = [:]
      for value in values { counts[value, default: 0] += 1 }
      let most = counts.values.max()!
      return values.first { counts[$0] == most }!
    default: return mean(values)
    }
  }

  private func neighbours(_ values: [Double], _ groups: [Int32], _ keys: [Double]) -> [Double] {
    var filled = values
    let members = Dictionary(grouping: values.indices.filter { !keys[$0].isNaN }) { groups[$0] }
    for rows in members.values {
      let rows = rows.sorted { (keys[$0], $0) < (keys[$1], $1) }
      let present = rows.indices.filter { !values[rows[$0]].isNaN }
      var next = 0
      for (place, row) in rows.enumerated() where values[row].isNaN {
        while next < present.count, present[next] < place { next += 1 }
        let before = next > 0 ? rows[present[next - 1]] : nil
        let after = next < present.count ? rows[present[next]] : nil
        switch by {
        case .previous: if let before { filled[row] = values[before] }
        case .next: if let after { filled[row] = values[after] }
        default:
          guard let before, let after else { continue }
          let width = keys[after] - keys[before]
          let share = width > 0 ? (keys[row] - keys[before]) / width : 0.5
          filled[row] = values[before] + share * (values[after] - values[before])
        }
      }
    }
    return filled
  }
}

extension Impute.Method {
  fileprivate var isNeighbour: Bool { self == .previous || self == .next || self == .linear }
}
