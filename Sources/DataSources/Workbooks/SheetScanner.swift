/// Reads the cells of a sheet that hold something, in the order of the file.
struct SheetScanner {
  /// How a cell's value is written.
  enum Form { case number, sharedText, text, flag, error, date, formulaWithoutValue }

  private var xml: XMLReader
  private(set) var row = 0
  private(set) var column = 0
  private(set) var form = Form.number
  /// The number of its format.
  private(set) var style = 0
  /// As it is written.
  private(set) var value: [UInt8] = []
  /// Cells that are shown as one; known after the last cell.
  private(set) var merged: [CellRange] = []
  private static let mostMerged = 1 << 17

  init(_ xml: XMLReader) { self.xml = xml }

  /// Goes to the next cell; false at the end.
  mutating func next() throws(DataSourceError) -> Bool {
    while true {
      switch try xml.next() {
      case .start where xml.isNamed("c"):
        if try readCell() { return true }
      case .start where xml.isNamed("row"):
        let number = xml.attribute("r").map { Int(String(decoding: $0, as: UTF8.self)) } ?? row + 1
        guard let number, number >= 1, number <= CellRange.mostRows else {
          throw DataSourceError("a row of the sheet has no possible number")
        }
        (row, column) = (number, 0)
      case .start where xml.isNamed("mergeCell"):
        guard let text = try xml.attributeText("ref"), let range = CellRange(text), merged.count < Self.mostMerged
        else {
          throw DataSourceError("the sheet's list of merged cells is damaged")
        }
        merged.append(range)
      case .finished: return false
      default: continue
      }
    }
  }

  /// False where it holds nothing.
  private mutating func readCell() throws(DataSourceError) -> Bool {
    column += 1
    if let reference = xml.attribute("r") {
      guard let place = CellRange.place(reference), let number = place.row else {
        throw DataSourceError("a cell of the sheet has no possible place")
      }
      (column, row) = (place.column, number)
    }
    guard column <= CellRange.mostColumns, row > 0 else {
      throw DataSourceError("a cell of the sheet has no possible place")
    }
    style = xml.attribute("s").flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
    form = Self.form(xml.attribute("t"))
    value.removeAll(keepingCapacity: true)
    let outside = xml.depth - 1
    var (isValue, hasFormula) = (false, false)
    while xml.depth > outside {
      switch try xml.next() {
      case .start:
        if xml.isNamed("rPh") {
          try xml.skipElement()
        } else {
          isValue = xml.isNamed("v") || xml.isNamed("t")
          if xml.isNamed("f") { hasFormula = true }
        }
      case .text: if isValue { value += xml.text }
      case .end: isValue = false
      case .finished: throw DataSourceError("the sheet is cut off")
      }
    }
    if value.isEmpty, hasFormula, form != .text { form = .formulaWithoutValue }
    return !value.isEmpty || form == .formulaWithoutValue
  }

  private static func form(_ type: ArraySlice<UInt8>?) -> Form {
    switch type.map({ String(decoding: $0, as: UTF8.self) }) {
    case "s": .sharedText
    case "str", "inlineStr": .text
    case "b": .flag
    case "e": .error
    case "d": .date
    default: .number
    }
  }
}
