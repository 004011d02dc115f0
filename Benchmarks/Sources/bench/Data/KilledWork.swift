import Foundation

/// A command that `bench kills` kills, and what comes before it.
struct KilledWork {
  var name: String
  var before: [[String]] = []
  var command: [String]

  static let all = [
    KilledWork(name: "data add", command: add),
    KilledWork(name: "data clean", before: [add], command: ["data", "clean", "orders@1", "--plan", "plan.yaml"]),
    KilledWork(
      name: "data prepare", before: [add],
      command: ["data", "prepare", "orders", "--pipeline", "features.yaml", "-o", "features"]),
    KilledWork(name: "workflow run", command: ["workflow", "run", "flow.yaml"]),
    // Everything is there once, and the first step's input moves.
    KilledWork(
      name: "workflow run, changed", before: [["workflow", "run", "flow.yaml"]],
      command: ["workflow", "run", "changed.yaml"]),
  ]

  private static let add = ["data", "add", "orders", "orders.csv"]

  /// The files that the commands read.
  func write(rows: Int, to folder: String) throws {
    let changed = Self.workflow.replacingOccurrences(of: "add: orders.csv", with: "add: changed.csv")
    let files = [
      "orders.csv": Self.orders(0..<rows), "changed.csv": Self.orders(10..<rows),
      "later.csv": Self.orders(rows..<rows * 3 / 2),
      "plan.yaml": "repairs:\n- impute: {column: amount, by: median, group: city}\n- deduplicate: {}\n",
      "features.yaml":
        "steps:\n- combine: {column: rate, expression: amount / weight}\n- standard: {columns: [weight]}\n",
      "flow.yaml": Self.workflow, "changed.yaml": changed,
    ]
    for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name)) }
  }

  private static let workflow = """
    workflow: shop
    steps:
      raw:      {add: orders.csv}
      checked:  {check: raw, only: [missing, duplicates]}
      tidy:     {clean: checked, plan: plan.yaml}
      features: {prepare: tidy, pipeline: features.yaml, target: returned}
      model:    {fit: features, model: mlp, target: returned, settings: {epochs: 4, hidden_layer_sizes: [8]}, seeds: 1-2}
      later:    {add: later.csv}
      ready:    {prepare: later, pipeline: features.yaml, target: returned}
      scores:   {evaluate: model, on: ready}
      guesses:  {predict: model, on: ready, output: predicted.csv}
      table:    {export: features, output: features.csv}

    """

  private static func orders(_ rows: Range<Int>) -> String {
    "order_id,day,amount,city,weight,returned\n"
      + rows.map { row in
        let mixed = row &* 2_654_435_761 % 1_000_003
        let amount = mixed % 17 == 0 ? "" : "\(Double(mixed % 9_000) / 100)"
        let day = "2024-\(String(format: "%02d", 1 + mixed % 12))-\(String(format: "%02d", 1 + mixed % 28))"
        let city = ["Bonn", "Trier", "Mainz", "Speyer"][mixed % 4]
        return
          "o\(row),\(day),\(amount),\(city),\(1 + mixed % 50),\(mixed % 9_000 + mixed % 50 * 60 > 6_000 ? "yes" : "no")\n"
      }.joined()
  }
}
