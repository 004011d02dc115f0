import Datasets

/// One way to mend a table. A new one is a file and a line in `Repairs.all`.
package protocol Repair: PlanEntry {
  /// Suggested plans have repairs in ascending order of their stages.
  static var stage: RepairStage { get }
  /// The columns it cannot do without.
  var neededColumns: [String] { get }
  /// Changes the table. The columns are there.
  func apply(to state: inout CleaningState) -> RepairOutcome
}

package enum RepairStage: Int, Sendable { case decode, unset, spell, parse, dropRows, limit, impute, dropColumns }

package enum RepairOutcome: Sendable {
  /// So many cells, rows or columns were changed.
  case changed(Int)
  /// It cannot be done, for this reason.
  case impossible(String)
}

/// A table on its way through a plan.
package struct CleaningState: Sendable {
  package var table: Table
  /// Of each row its index in the table that the plan was applied to, ascending.
  package var rows: [Int]

  init(_ table: Table) {
    self.table = table
    rows = Array(0..<table.rowCount)
  }

  /// Names are looked up before a repair is asked to do something.
  func column(_ name: String) -> Column { table.columns[table.names.firstIndex(of: name)!] }

  mutating func replace(_ name: String, _ column: Column) { table = table.replacing([name: column]) }

  /// Keeps these rows, indices of the present table.
  mutating func keep(_ kept: [Int]) {
    table = table.rows(kept)
    rows = kept.map { rows[$0] }
  }

  /// Where rows of the first table are now; those that are gone are left out.
  func places(of wanted: [Int]) -> [Int] {
    let wanted = Set(wanted)
    return rows.indices.filter { wanted.contains(rows[$0]) }
  }
}

/// The repairs there are.
package enum Repairs {
  package static let all: [any Repair.Type] = [
    Redecode.self, SetMissing.self, Replace.self, ReplaceWords.self, MergeCategories.self, ParseNumbers.self,
    ParseDates.self, ParseUnits.self, DropRows.self, Deduplicate.self, Clip.self, Impute.self, DropColumns.self,
  ]
}

/// A repair as an entry of a plan.
package struct CleaningStep: Codable, Hashable, Sendable {
  package let repair: any Repair

  package init(_ repair: any Repair) { self.repair = repair }

  package init(from decoder: any Decoder) throws {
    repair = try EntryCoding.decode(decoder, among: Repairs.all, noun: "repair") as! any Repair
  }

  package func encode(to encoder: any Encoder) throws { try EntryCoding.encode(repair, encoder) }

  package static func == (a: CleaningStep, b: CleaningStep) -> Bool { AnyHashable(a.repair) == AnyHashable(b.repair) }
  package func hash(into hasher: inout Hasher) { AnyHashable(repair).hash(into: &hasher) }
}

extension Words {
  /// With other levels; nil is a missing value. Levels that become equal become one.
  func mapped(_ body: (String) -> String?) -> (words: Words, changed: Int) {
    var places: [String: Int32] = [:]
    var (levels, codeOf, isChanged): ([String], [Int32], [Bool]) = ([], [], [])
    for code in 0..<levelCount {
      let level = level(code)
      let new = body(level)
      isChanged.append(new.map { !$0.utf8.elementsEqual(level.utf8) } ?? true)
      guard let new else {
        codeOf.append(-1)
        continue
      }
      let place = places[new] ?? Int32(levels.count)
      if place == levels.count {
        places[new] = place
        levels.append(new)
      }
      codeOf.append(place)
    }
    var changed = 0
    let codes = codes.map { code -> Int32 in
      guard code >= 0 else { return -1 }
      changed += isChanged[Int(code)] ? 1 : 0
      return codeOf[Int(code)]
    }
    return (Words(levels: levels, codes: codes), changed)
  }
}

extension Column {
  /// Its words, and the column of other ones; nil where it holds none.
  var words: Words? {
    switch self {
    case .categories(let words), .texts(let words): words
    default: nil
    }
  }

  func with(_ words: Words) -> Column {
    if case .categories = self { .categories(words) } else { .texts(words) }
  }
}
