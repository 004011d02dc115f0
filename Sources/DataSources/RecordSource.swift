/// Rows one after another.
package protocol RecordSource: AnyObject {
  /// Their names: distinct, none empty, one or more.
  var columns: [String] { get }
  /// Those of them whose cells are bytes or missing.
  var byteColumns: Set<String> { get }
  /// How it is read, and after the last row what was passed over, in a few words each: "sheet 'Orders', A1:F200".
  var remarks: [String] { get }
  /// Where the current row stands, for messages: "row 7 of sheet 'Orders'", "line 12".
  var place: String { get }
  /// Fills `row` with a cell for each column; false at the end.
  func next(_ row: inout [Cell]) throws(DataSourceError) -> Bool
}

extension RecordSource {
  package var byteColumns: Set<String> { [] }
}

/// Names of columns as a source must have them: an empty one becomes `columnN`, and of equal ones the later get a number.
func distinctNames(_ names: [String], taken: Set<String> = []) -> (names: [String], renamed: Int) {
  let given = Set(names)
  var seen = taken
  var renamed = 0
  var nextNumber: [String: Int] = [:]
  let distinct = names.enumerated().map { (index, name) in
    let wanted = name.isEmpty ? "column\(index + 1)" : name
    if name.isEmpty { renamed += 1 }
    if !name.isEmpty || !given.contains(wanted), seen.insert(wanted).inserted { return wanted }
    if !name.isEmpty { renamed += 1 }
    var number = nextNumber[wanted] ?? 2
    while given.contains("\(wanted)_\(number)") || !seen.insert("\(wanted)_\(number)").inserted { number += 1 }
    nextNumber[wanted] = number + 1
    return "\(wanted)_\(number)"
  }
  return (distinct, renamed)
}

/// `3 rows`, `1 row`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// Records that were passed over because they cannot be read, where `SourceOptions.onError` says so.
struct SkippedRecords {
  private var count = 0
  private var first: DataSourceError?

  mutating func add(_ error: DataSourceError) {
    count += 1
    first = first ?? error
  }

  /// `2 lines skipped, the first at line 7: …`; nil where none were.
  func remark(_ noun: String) -> String? {
    first.map { error in
      let place = error.place.isEmpty ? error.location : error.place
      return "\(counted(count, noun)) skipped, the first at \(place): \(error.problem)"
    }
  }
}
