import Glibc

/// A connection to PostgreSQL through libpq, which is loaded when the first is wanted: to link it would cost every start of
/// the program ten milliseconds.
final class PostgreSQLConnection {
  typealias Handle = OpaquePointer

  private let library: Library
  private let handle: Handle

  /// `address`: what libpq takes, without our own parameters.
  init(_ address: String) throws(DataSourceError) {
    guard let library = Library.shared else {
      throw DataSourceError("PostgreSQL's library libpq.so.5 is not installed: apt-get install libpq5")
    }
    self.library = library
    guard let handle = library.connect(address) else { throw DataSourceError("there is no memory for a connection") }
    self.handle = handle
    // Notices would go to standard error.
    _ = library.setNoticeProcessor(handle, { _, _ in }, nil)
    guard library.status(handle) == 0 else {
      let problem = Self.words(library.errorMessage(handle))
      throw DataSourceError("the connection failed: \(problem)")
    }
  }

  deinit { library.finish(handle) }

  /// Sends one statement, whose rows are then read one at a time.
  func send(_ query: String) throws(DataSourceError) {
    guard library.sendQuery(handle, query, 0, nil, nil, nil, nil, 0) == 1, library.setSingleRowMode(handle) == 1 else {
      throw DataSourceError(Self.words(library.errorMessage(handle)))
    }
  }

  /// The next row, or the end of the rows, which is a result of none; nil where the statement is done.
  func next() throws(DataSourceError) -> PostgreSQLResult? {
    guard let result = library.getResult(handle) else { return nil }
    let rows = PostgreSQLResult(result, library)
    // PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE
    guard [1, 2, 9].contains(library.resultStatus(result)) else {
      let message = library.resultErrorMessage(result)
      // A server that ends a session says so before the connection is closed.
      let isLost = library.status(handle) != 0 || message.map { String(cString: $0).hasPrefix("FATAL:") } ?? false
      let problem = Self.words(message)
      throw DataSourceError(isLost ? "the connection was lost: \(problem)" : problem)
    }
    return rows
  }

  /// Runs a statement to its end; the rows' first values.
  func values(_ query: String) throws(DataSourceError) -> [String] {
    try send(query)
    var values: [String] = []
    while let result = try next() {
      if result.hasRow, let value = result.text(0) { values.append(value) }
    }
    return values
  }

  /// The first line, without the server's word in front of it.
  private static func words(_ message: UnsafePointer<CChar>?) -> String {
    let text = message.map { String(cString: $0) } ?? ""
    var line = text.split(separator: "\n").first.map(String.init) ?? "libpq gives no reason"
    for word in ["ERROR:", "FATAL:"] where line.hasPrefix(word) { line = String(line.dropFirst(word.count)) }
    return String(line.drop { $0 == " " })
  }

  /// The functions of libpq 9.2 and later that are used.
  final class Library: Sendable {
    typealias Text = UnsafePointer<CChar>
    let connect: @convention(c) (Text) -> Handle?
    let status: @convention(c) (Handle) -> Int32
    let errorMessage: @convention(c) (Handle) -> Text?
    let finish: @convention(c) (Handle) -> Void
    let sendQuery:
      @convention(c) (
        Handle, Text, Int32, UnsafeRawPointer?, UnsafeRawPointer?, UnsafeRawPointer?, UnsafeRawPointer?, Int32
      ) -> Int32
    let setSingleRowMode: @convention(c) (Handle) -> Int32
    let getResult: @convention(c) (Handle) -> Handle?
    let resultStatus: @convention(c) (Handle) -> Int32
    let resultErrorMessage: @convention(c) (Handle) -> Text?
    let clear: @convention(c) (Handle) -> Void
    let rowCount: @convention(c) (Handle) -> Int32
    let columnCount: @convention(c) (Handle) -> Int32
    let columnName: @convention(c) (Handle, Int32) -> Text?
    let columnType: @convention(c) (Handle, Int32) -> UInt32
    let value: @convention(c) (Handle, Int32, Int32) -> UnsafePointer<UInt8>?
    let valueLength: @convention(c) (Handle, Int32, Int32) -> Int32
    let isNull: @convention(c) (Handle, Int32, Int32) -> Int32
    typealias NoticeProcessor = @convention(c) (UnsafeMutableRawPointer?, Text?) -> Void
    let setNoticeProcessor:
      @convention(c) (Handle, NoticeProcessor, UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?

    /// nil where it is not installed.
    static let shared = Library()

    private init?() {
      guard let library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL) else { return nil }
      let names = [
        "PQconnectdb", "PQstatus", "PQerrorMessage", "PQfinish", "PQsendQueryParams", "PQsetSingleRowMode",
        "PQgetResult", "PQresultStatus", "PQresultErrorMessage", "PQclear", "PQntuples", "PQnfields", "PQfname",
        "PQftype", "PQgetvalue", "PQgetlength", "PQgetisnull", "PQsetNoticeProcessor",
      ]
      let symbols = names.compactMap { dlsym(library, $0) }
      guard symbols.count == names.count else { return nil }
      func function<Function>(_ index: Int, _: Function.Type = Function.self) -> Function {
        unsafeBitCast(symbols[index], to: Function.self)
      }
      connect = function(0)
      status = function(1)
      errorMessage = function(2)
      finish = function(3)
      sendQuery = function(4)
      setSingleRowMode = function(5)
      getResult = function(6)
      resultStatus = function(7)
      resultErrorMessage = function(8)
      clear = function(9)
      rowCount = function(10)
      columnCount = function(11)
      columnName = function(12)
      columnType = function(13)
      value = function(14)
      valueLength = function(15)
      isNull = function(16)
      setNoticeProcessor = function(17)
    }
  }
}

/// One row, or the description of the columns where there is none.
final class PostgreSQLResult {
  private let handle: PostgreSQLConnection.Handle
  private let library: PostgreSQLConnection.Library

  fileprivate init(_ handle: PostgreSQLConnection.Handle, _ library: PostgreSQLConnection.Library) {
    (self.handle, self.library) = (handle, library)
  }

  deinit { library.clear(handle) }

  var hasRow: Bool { library.rowCount(handle) > 0 }
  var columnCount: Int { Int(library.columnCount(handle)) }

  func name(_ column: Int) -> String { library.columnName(handle, Int32(column)).map { String(cString: $0) } ?? "" }

  /// The number of the column's type in the server's catalogue.
  func type(_ column: Int) -> UInt32 { library.columnType(handle, Int32(column)) }

  /// The bytes of a value as text, which are this result's; nil where there is none.
  func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8>? {
    guard library.isNull(handle, 0, Int32(column)) == 0 else { return nil }
    return UnsafeBufferPointer(
      start: library.value(handle, 0, Int32(column)), count: Int(library.valueLength(handle, 0, Int32(column))))
  }

  func text(_ column: Int) -> String? { bytes(column).map { String(decoding: $0, as: UTF8.self) } }
}
