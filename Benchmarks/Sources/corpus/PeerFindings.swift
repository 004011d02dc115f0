import Foundation

/// The runs in which another program found something.
struct PeerFindings {
  let name: String
  let runs: Set<String>

  /// Of a file of lines `peer,run` under a header, peers in the order of their names.
  static func read(_ path: String) throws -> [PeerFindings] {
    var runs: [String: Set<String>] = [:]
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",").map(String.init)
      guard fields.count == 2 else { throw CocoaError(.fileReadCorruptFile) }
      runs[fields[0], default: []].insert(fields[1])
    }
    return runs.sorted { $0.key < $1.key }.map { PeerFindings(name: $0.key, runs: $0.value) }
  }
}
