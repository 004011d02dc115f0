/// Reads the objects of a JSON text in order: those of an array, or one after another.
struct JSONObjectReader {
  private enum Layout { case unknown, sequence, array, finished }

  private var scanner: JSONScanner
  private var layout = Layout.unknown
  private var isFirst = true
  /// Where in an array something is read that was complete and no object.
  private var isBetween = false
  /// The line at which the last object begins.
  private(set) var line = 0
  /// The keys of the last object and what they have; those of objects in it have the names of both: `a.b`.
  private(set) var fields: [(key: String, cell: Cell)] = []

  init(_ path: String, _ options: SourceOptions) throws(DataSourceError) {
    scanner = JSONScanner(try SourceBytes(path, encoding: options.encoding))
  }

  var remarks: [String] { scanner.remarks }
  /// Where reading ended.
  var errorLine: Int { scanner.line }

  /// False at the end.
  mutating func next() throws(DataSourceError) -> Bool {
    isBetween = false
    if layout == .unknown {
      guard let first = try scanner.nextByte() else { throw DataSourceError("it is empty") }
      layout = first == UInt8(ascii: "[") ? .array : .sequence
      if layout == .array { scanner.take() }
    }
    if layout == .finished { return false }
    guard let byte = try scanner.nextByte() else {
      guard layout == .sequence else { throw DataSourceError("the array is cut off") }
      layout = .finished
      return false
    }
    if layout == .array, try endsArray(byte) { return false }
    isFirst = false
    line = scanner.line
    guard try scanner.nextByte() == UInt8(ascii: "{") else {
      let found = try scanner.skipValue()
      isBetween = true
      throw DataSourceError("there is \(found), not an object")
    }
    fields.removeAll(keepingCapacity: true)
    var path: [UInt8] = []
    try scanner.readObject(&path, into: &fields, depth: 0)
    return true
  }

  /// Takes the comma or the bracket that follows an element.
  private mutating func endsArray(_ byte: UInt8) throws(DataSourceError) -> Bool {
    if byte == UInt8(ascii: "]") {
      scanner.take()
      layout = .finished
      if try scanner.nextByte() != nil { throw DataSourceError("something follows the end of the array") }
      return true
    }
    if isFirst { return false }
    guard byte == UInt8(ascii: ",") else {
      throw DataSourceError("a comma is missing between the elements of the array")
    }
    scanner.take()
    return false
  }

  /// After an error goes to where the next object can begin; false where that is not known.
  mutating func recover() throws(DataSourceError) -> Bool {
    if isBetween { return true }
    guard layout == .sequence else { return false }
    try scanner.skipLine()
    return true
  }
}
