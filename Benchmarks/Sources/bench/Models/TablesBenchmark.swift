import ArgumentParser
import BLASBridge
import Foundation
import Models
import Settings
import Trees
import Validation

struct TablesBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tables",
    abstract: "How good models are with their defaults on public tables, beside LightGBM, XGBoost and scikit-learn.",
    discussion: """
      Five folds a table, the same for everybody. Losses are log loss (of forests the Brier score, since they say 0 and 1)
      and root mean squared error; a difference is of the mean loss to the peer's in percent, with its 95 % interval over
      the folds (Nadeau and Bengio 2003): negative is better. 'choosing' are the tables that defaults were chosen on.
      """)

  @Option(help: "The folder for the tables and the peers' losses, which are computed once.")
  var folder: String

  @Option(help: "Only tables whose name contains this.")
  var only: String?

  @Option(help: "Only this model: gbdt, random_forest, extra_trees.")
  var model: String?

  @Option(name: .customLong("set"), help: "A hyperparameter of that model, as key=value.")
  var settings: [String] = []

  private static let contenders: [(model: any FittableModel.Type, peers: ModelsBenchmark.Peers, loss: String)] = [
    (GBDT.self, [("lightgbm", "LightGBM"), ("xgboost", "XGBoost")], "log_loss"),
    (RandomForest.self, [("random_forest", "scikit-learn")], "brier"),
    (ExtraTrees.self, [("extra_trees", "scikit-learn")], "brier"),
  ]

  private struct Losses: Codable {
    var table: String
    var losses: [String: [Double]]
  }

  func run() throws {
    BLAS.threads = 1
    let folder = URL(fileURLWithPath: folder)
    let tables = try prepared(folder)
    for (type, peers, loss) in Self.contenders where model == nil || model == type.name {
      let own = try make(type)
      let theirs = try peers.map { try losses(of: $0.library, in: folder) }
      for part in PublicTable.Part.allCases {
        try report(own, peers.map(\.name), theirs, loss: loss, tables.filter { $0.part == part }, part, in: folder)
      }
    }
  }

  private func make(_ type: any FittableModel.Type) throws -> any FittableModel {
    var values: [String: HyperparameterValue] = [:]
    for setting in settings {
      let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ValidationError("--set takes key=value, not \(setting)") }
      values[parts[0]] =
        Int(parts[1]).map { .integer($0) } ?? Double(parts[1]).map { .number($0) } ?? .text(parts[1])
    }
    func make<Model: FittableModel>(_ type: Model.Type) throws -> any FittableModel { try Model(values) }
    return try make(type)
  }

  private func prepared(_ folder: URL) throws -> [PublicTable.Description] {
    let file = folder.appendingPathComponent("tables.json")
    if !FileManager.default.fileExists(atPath: file.path) {
      guard let python = Self.peer.python else {
        throw BenchmarkError("the tables are in Python packages: name a virtual environment with PEERS=path")
      }
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let _: [Losses] = try Self.peer.reports(from: python, arguments: ["--folder", folder.path, "--prepare"])
    }
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(PublicTable.Description.self, from: Data($0.utf8))
    }.filter { only == nil || $0.table.contains(only!) }
  }

  private static let peer = Peer(name: "", variable: "PEERS", script: "public_tables.py")

  /// Of a library on every table, kept in the folder.
  private func losses(of library: String, in folder: URL) throws -> [String: Losses] {
    let file = folder.appendingPathComponent("\(library).json")
    var lines: [Losses]
    if let text = try? String(contentsOf: file, encoding: .utf8) {
      lines = try text.split(separator: "\n").map { try JSONDecoder().decode(Losses.self, from: Data($0.utf8)) }
    } else {
      guard let python = Self.peer.python else { return [:] }
      lines = try Self.peer.reports(from: python, arguments: ["--folder", folder.path, "--library", library])
      let text = try lines.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
      try Data(text.joined(separator: "\n").utf8).write(to: file)
    }
    return Dictionary(uniqueKeysWithValues: lines.map { ($0.table, $0) })
  }

  private func report(
    _ own: any FittableModel, _ peers: [String], _ theirs: [[String: Losses]], loss: String,
    _ tables: [PublicTable.Description], _ part: PublicTable.Part, in folder: URL
  ) throws {
    guard !tables.isEmpty else { return }
    var table = Table(
      ["table", "rows", "loss", type(of: own).name] + peers.flatMap { [$0, "difference"] })
    var ranks = [Double](repeating: 0, count: peers.count + 1)
    var counts = [[Int]](repeating: [0, 0], count: peers.count)
    var relative = [[Double]](repeating: [], count: peers.count)
    for description in tables {
      let rows = try PublicTable(description, in: folder)
      let name = description.classes > 0 ? loss : "rmse"
      let ours = try rows.losses(of: own)[name]!
      var cells = [description.table, grouped(Double(description.rows)), name, Self.figure(mean(ours))]
      var means = [mean(ours)]
      for (index, peer) in theirs.enumerated() {
        guard let other = peer[description.table]?.losses[name] else {
          cells += ["not measured", ""]
          continue
        }
        let difference = ResampledMean(of: ours, beside: other, testToTraining: rows.testShare)
        counts[index][0] += difference.isBetter ? 1 : 0
        counts[index][1] += difference.isWorse ? 1 : 0
        relative[index].append(difference.mean)
        means.append(mean(other))
        cells += [Self.figure(mean(other)), difference.text]
      }
      table.add(cells)
      for (index, value) in means.enumerated() {
        ranks[index] += 1 + Double(means.count { $0 < value }) + Double(means.count { $0 == value } - 1) / 2
      }
      FileHandle.standardError.write(Data("\(description.table) \(type(of: own).name)\n".utf8))
    }
    print("\(type(of: own).name), tables '\(part.rawValue)'\n\n\(table.text)\n")
    let names = [type(of: own).name] + peers
    for (name, rank) in zip(names, ranks) {
      print("mean rank of \(name): \(String(format: "%.2f", rank / Double(tables.count)))")
    }
    for (index, peer) in peers.enumerated() where !relative[index].isEmpty {
      print(
        "beside \(peer): better on \(counts[index][0]) and worse on \(counts[index][1]) of \(tables.count) by the "
          + "interval; median difference \(String(format: "%+.2f", median(relative[index]))) %")
    }
    print("")
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private static func figure(_ value: Double) -> String {
    value >= 1000 ? grouped(value) : String(format: value >= 10 ? "%.2f" : "%.4f", value)
  }
}

extension ResampledMean {
  /// The paired difference of losses over folds, in percent of the peer's mean.
  fileprivate init(of ours: [Double], beside theirs: [Double], testToTraining ratio: Double) {
    let unit = 100 / (theirs.reduce(0, +) / Double(theirs.count))
    self.init(zip(ours, theirs).map { ($0 - $1) * unit }, testToTraining: ratio)
  }

  fileprivate var isBetter: Bool { high ?? 0 < 0 }
  fileprivate var isWorse: Bool { low ?? 0 > 0 }

  fileprivate var text: String {
    String(format: "%+.1f [%+.1f, %+.1f]", mean, low ?? .nan, high ?? .nan)
      + (isBetter ? " better" : isWorse ? " worse" : "")
  }
}
