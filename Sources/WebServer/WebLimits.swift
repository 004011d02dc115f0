/// How much of this machine strangers may have. The defaults suit a server that many people of one house use.
package struct WebLimits: Sendable {
  /// Connections at once; more wait until one is closed.
  package var connections = 1_024
  /// Bytes of all header fields of a request, and of one.
  package var headers = 32 << 10
  package var headerFields = 100
  /// Seconds from the opening of a connection, or the first byte of a request, until its header is there.
  package var headerSeconds = 10.0
  /// Seconds without a byte of a body that is being sent.
  package var bodySeconds = 30.0
  /// Seconds without a request on a connection that is kept open.
  package var idleSeconds = 60.0
  /// Seconds in which a client that is being written to reads nothing.
  package var stalledSeconds = 30.0
  /// Bodies beyond it go to a file, where the route takes one.
  package var bodyInMemory = 1 << 20
  /// Threads that may wait for a disk.
  package var threads = 8

  package init() {}
}
