import Foundation

/// The trackers that ours is measured beside, all of the virtual environment that PEERS names.
struct TrackerPeers {
  /// Names of columns, and what the script calls them.
  static let all = [
    (name: "TensorBoard", tracker: "tensorboard"), (name: "MLflow", tracker: "mlflow"), (name: "W&B", tracker: "wandb"),
    (name: "Trackio", tracker: "trackio"),
  ]

  enum Work: String { case write, read, csv, select }

  private let python: URL?
  private let peer = Peer(name: "trackers", variable: "PEERS", script: "trackers.py")

  init() { python = peer.python }

  /// A column's figure each; nil where the peer is not measured, or has no such thing.
  func measure(_ work: Work, points: Int = 100_000, runs: Int = 1_000) throws -> [Peer.Figures?] {
    try Self.all.map { one in
      // W&B reads and compares on its server, not what it keeps offline.
      guard let python, one.tracker != "wandb" || work == .write else { return nil }
      let arguments = [
        "--tracker", one.tracker, "--case", work.rawValue, "--points", "\(points)", "--runs", "\(runs)",
      ]
      return try peer.measure(with: python, arguments: arguments)
    }
  }
}
