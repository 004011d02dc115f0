import DataQuality
import Datasets
import Fitting
import Formats
import Glibc
import Models
import Settings
import Telemetry
import Validation

extension AutopilotPlan {
  /// The most rows that a candidate is fitted to where nothing says how long it may take.
  private static let mostRows = 200_000
  /// The most rows that are set aside: more would not make the answer's score any surer.
  private static let mostTestRows = 20_000.0
  /// With fewer rows none are set aside: folds use them better.
  private static let fewestRowsForTest = 100
  /// The score of a column alone from which on it is held out, and from which on it is mentioned.
  private static let (leak, strong) = (0.98, FeatureScore.limit)
  /// Rows that duplicates, constants and leaks are looked for in.
  private static let sampledRows = 100_000

  /// Understands a table. Throws a sentence where it cannot answer the question.
  package init(of data: DataFile, _ request: AutopilotRequest) throws {
    let table = data.table
    for name in [request.target] + request.dropped + request.kept
      + [request.time, request.group, request.fairness].compactMap({ $0 })
    {
      try data.require(name, target: name == request.target ? nil : request.target)
    }
    var notes: [String] = []
    target = request.target
    (preset, group, fairness) = (request.preset, request.group, request.fairness)
    (cost, positive, only) = (request.cost, request.positive, nil)
    maximumPredictMilliseconds = request.maximumPredictMilliseconds

    let column = try DataFile.naming(data) { () throws(DatasetError) in try table.column(request.target) }
    let usable = column.rowsWithValue
    if let asked = request.task ?? (request.quantiles == nil ? nil : .quantile) {
      task = asked
    } else {
      task = try DataFile.naming(data) { () throws(DatasetError) in
        try TargetEncoding.task(suggestedBy: column, named: request.target)
      }
    }
    quantiles = try QuantileShares.checked(request.quantiles, for: task)
    if task == .quantile, column.kind != .number {
      throw AutopilotError(
        "quantiles are of numbers, and '\(request.target)' holds none: predict its classes, or name another column")
    }
    let counts = try Self.classes(task, data, request.target)
    try Self.requireRows(usable.count, counts, request.target)
    metric = try JudgingMetric(request.metric ?? JudgingMetric.usual(for: task), task).name

    let profile = try TableProfile(
      table, ProfileOptions(sample: Self.sampledRows, target: request.target, correlations: false))
    time = request.group == nil ? request.time ?? Self.timeColumn(of: table, request) : request.time
    let texts = Self.texts(of: table, request)
    self.texts = texts.isEmpty ? nil : texts
    let leftOut = Self.leftOut(data, profile, request, time: time, texts: texts)
    self.leftOut = leftOut
    var features = table.names.count { name in
      name != request.target && !leftOut.contains { $0.column == name } && name != request.group
    }
    if features == 0 {
      throw AutopilotError(
        "no column is left to predict '\(request.target)' from: "
          + leftOut.prefix(3).map { "'\($0.column)' \($0.reason)" }.joined(separator: "; "))
    }

    if !texts.isEmpty {
      features += texts.count * (Self.terms(rows: usable.count, columns: texts.count) - 1)
      let names = texts.prefix(4).map { "'\($0)'" }.joined(separator: ", ")
      notes.append(
        "\(names)\(texts.count > 4 ? ", …" : "") \(texts.count == 1 ? "holds" : "hold") texts, whose words are features"
      )
    }
    if let time, request.time == nil {
      notes.append("the rows are in the order of '\(time)', so that later rows judge models of earlier ones")
    }
    folds = request.folds ?? Self.folds(request.preset, usable.count, counts)
    test = request.test ?? Self.testShare(usable.count)
    if test == 0, request.test == nil {
      notes.append("\(usable.count) rows are too few to set some aside, so that the folds alone judge the answer")
    }
    // Of folds by time the first models have seen little, and nothing of late.
    refit = request.refit ?? (time != nil)
    (seconds, halving) = (request.seconds, request.halving ? true : nil)
    trials = request.trials ?? (request.seconds != nil ? 10_000 : Self.trials(request.preset))
    rows = Self.rowLimit(usable.count, features: features, request)
    if let rows {
      notes.append(
        "of \(usable.count) rows candidates are fitted to \(rows), as all would take longer than there is time for")
    }
    models = try Self.models(task, request, rows: min(rows ?? .max, usable.count), features: features)
    if task == .classification, !texts.isEmpty, request.models == nil { models.append("sgd") }
    if task == .quantile, request.models == nil {
      notes.append("ridge and elastic_net predict no quantiles and are not tried; quantile_regression stands for them")
    }
    notes += Self.notes(
      usable.count, features: table.names.count - 1 - leftOut.count - texts.count, counts, profile, request)
    self.notes = notes
    if let cost { _ = try MistakeCosts(text: cost) }
    if cost != nil, counts.count != 2 {
      throw AutopilotError(
        "costs are of the mistakes between two classes, and '\(target)' has \(counts.isEmpty ? "numbers" : "\(counts.count)")"
      )
    }
    if let positive, !counts.contains(where: { $0.label == positive }) {
      throw AutopilotError(
        "'\(target)' has no class '\(positive)': name one of \(counts.prefix(5).map { "'\($0.label)'" }.joined(separator: ", "))"
      )
    }
  }

  private typealias ClassCount = (label: String, count: Int)

  private static func classes(_ task: PredictionTask, _ data: DataFile, _ target: String) throws -> [ClassCount] {
    guard task == .classification else { return [] }
    let encoding = try DataFile.naming(data) { () throws(DatasetError) in
      try TargetEncoding(fitting: data.table, column: target, task: .classification, labelsAreWritten: true)
    }
    let labels = encoding.classes ?? []
    let rows = try data.table.column(target).rowsWithValue
    var counts = [Int](repeating: 0, count: labels.count)
    for label in try encoding.classIndices(of: data.table, rows: rows) { counts[label] += 1 }
    return zip(labels, counts).map { ($0, $1) }
  }

  private static func requireRows(_ rows: Int, _ counts: [ClassCount], _ target: String) throws(AutopilotError) {
    if rows < 10 {
      throw AutopilotError(
        "\(rows) rows have a value of '\(target)', and at least 10 are needed to learn from some and judge by others")
    }
    if let most = counts.map(\.count).max(), most < 2 || counts.count > rows / 2 {
      throw AutopilotError(
        "'\(target)' has \(counts.count) classes in \(rows) rows, too many to learn any: predict a number, or merge classes"
      )
    }
    if !counts.isEmpty, counts.count(where: { $0.count > 1 }) < 2 {
      throw AutopilotError(
        "all rows of '\(target)' but \(rows - (counts.map(\.count).max() ?? 0)) have one class, so that nothing can be learnt of another"
      )
    }
  }

  private static func leftOut(
    _ data: DataFile, _ profile: TableProfile, _ request: AutopilotRequest, time: String?, texts: [String]
  ) -> [LeftOut] {
    var all: [LeftOut] = []
    let kinds = Dictionary(data.findings.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let leaks = Dictionary(
      (profile.target?.features ?? []).filter { $0.score >= leak }.map { ($0.feature, $0.score) },
      uniquingKeysWith: { first, _ in first })
    for column in profile.columns where column.name != request.target {
      func leave(_ reason: String) { all.append(LeftOut(column: column.name, reason: reason)) }
      if request.dropped.contains(column.name) {
        leave("was dropped by hand")
        continue
      }
      // Time is known before anything else.
      if request.kept.contains(column.name) || column.name == request.group || column.name == time { continue }
      switch column.kind {
      case .id: leave("names rows: \(kinds[column.name]?.reason ?? "every value is different")")
      case .text:
        if !texts.contains(column.name) {
          leave("holds texts whose words hardly repeat; they are features with --keep '\(column.name)'")
        }
      case .missing: leave("has no value in any row")
      case .ignored: leave("was to be ignored")
      case .number, .category, .date:
        if column.distinct <= 1, column.missing == 0 {
          leave("has the same value in every row")
        } else if let score = leaks[column.name] {
          leave(
            "predicts '\(request.target)' nearly alone (score \(shortest((score * 100).rounded() / 100)) of 1): it may be known only afterwards; keep it with --keep '\(column.name)'"
          )
        }
      }
    }
    return all
  }

  /// A column of dates in whose order the rows are, and that hardly repeats.
  private static func timeColumn(of table: Table, _ request: AutopilotRequest) -> String? {
    let found = zip(table.names, table.columns).filter { name, column in
      guard name != request.target, !request.dropped.contains(name), case .dates(let values) = column,
        values.count > 1, !values.contains(where: { $0.isNaN })
      else { return false }
      let pairs = zip(values, values.dropFirst())
      guard pairs.allSatisfy({ $0 <= $1 }) || pairs.allSatisfy({ $0 >= $1 }) else { return false }
      return 2 * Set(values).count > values.count
    }
    return found.count == 1 ? found[0].0 : nil
  }

  private static func folds(_ preset: Preset, _ rows: Int, _ counts: [ClassCount]) -> Int {
    let asked = preset == .quick ? 3 : 5
    let most = counts.isEmpty ? rows / 2 : counts.map(\.count).max() ?? 2
    return max(2, min(asked, most))
  }

  private static func testShare(_ rows: Int) -> Double {
    guard rows >= fewestRowsForTest else { return 0 }
    let share = min(0.2, mostTestRows / Double(rows))
    return max(0.001, (share * 1_000).rounded() / 1_000)
  }

  private static func trials(_ preset: Preset) -> Int {
    switch preset {
    case .quick: 10
    case .balanced: 40
    case .best: 80
    }
  }

  /// Boosted trees of all folds should take no more than a sixth of the time that is left.
  private static func rowLimit(_ rows: Int, features: Int, _ request: AutopilotRequest) -> Int? {
    var most = Self.mostRows
    if let seconds = request.seconds {
      let used = request.began.map { MonotonicClock.seconds - $0 } ?? 0
      let valuesPerSecond = boostedValuesPerSecond * (used > fewestSecondsToJudgeBy ? shareOfCore(over: used) : 1)
      let left = max(seconds - used, 0.2 * seconds)
      most = max(2_000, Int(min(1e12, left / 6 * valuesPerSecond / Double(5 * max(1, features)))))
    }
    return rows > most ? most : nil
  }

  /// Measured: values of features that a core puts into a hundred trees, in a second.
  static let boostedValuesPerSecond = 1.0e6

  /// How much of a core this process had in all the `seconds` that it has been at work.
  private static func shareOfCore(over seconds: Double) -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return max(0.05, min(1, (Double(time.tv_sec) + Double(time.tv_nsec) / 1e9) / seconds))
  }

  /// It takes so long to see whether others are at work on the machine.
  private static let fewestSecondsToJudgeBy = 1.0

  private static func models(
    _ task: PredictionTask, _ request: AutopilotRequest, rows: Int, features: Int
  ) throws -> [String] {
    if let asked = request.models {
      for name in asked where try !ModelCatalogue.named(name).tasks.contains(task) {
        throw AutopilotError("the model '\(name)' does not support \(task): use \(ModelCatalogue.names(doing: task))")
      }
      return asked
    }
    var models: [String]
    switch task {
    case .classification: models = ["logistic", "naive_bayes", "knn", "random_forest", "extra_trees", "gbdt", "mlp"]
    case .regression: models = ["ridge", "elastic_net", "knn", "random_forest", "extra_trees", "gbdt", "mlp"]
    case .quantile: models = ["quantile_regression", "knn", "random_forest", "extra_trees", "gbdt", "mlp"]
    }
    // Neighbours are looked for among all rows, of all columns.
    if Double(rows) * Double(rows) * Double(features) > 2e10 { models.removeAll { $0 == "knn" } }
    return models
  }

  private static func notes(
    _ rows: Int, features: Int, _ counts: [ClassCount], _ profile: TableProfile, _ request: AutopilotRequest
  ) -> [String] {
    var notes: [String] = []
    if let rarest = counts.min(by: { $0.count < $1.count }), 20 * rarest.count < rows {
      notes.append(
        "the classes are uneven: \(rarest.count) of \(rows) rows are \(quoted(rarest.label)), so that accuracy says little"
      )
    }
    for (label, count) in counts where count < 10 {
      notes.append("the class \(quoted(label)) has \(count) row\(count == 1 ? "" : "s"), too few to learn it well")
    }
    let strong = (profile.target?.features ?? []).filter { $0.score >= Self.strong && $0.score < Self.leak }
    if !strong.isEmpty {
      notes.append(
        "\(strong.prefix(4).map { quoted($0.feature) }.joined(separator: ", "))\(strong.count > 4 ? ", …" : "") "
          + "\(strong.count == 1 ? "says" : "say") most of it alone: make sure that \(strong.count == 1 ? "it is" : "they are") "
          + "known before '\(request.target)' is, or leave \(strong.count == 1 ? "it" : "them") out with --drop")
    }
    if rows < 20 * features {
      notes.append("\(rows) rows for \(features) columns are few: expect wide intervals")
    }
    if let repeated = profile.duplicateRows, repeated > 0 {
      notes.append(
        "\(repeated) rows equal an earlier one\(profile.sample == nil ? "" : " in a sample of \(profile.rows)"): where copies lie on both sides of a split, the scores are too good ('rlrun data clean' drops them)"
      )
    }
    let withoutTarget = (profile.columns.first { $0.name == request.target }?.missing ?? 0)
    if withoutTarget > 0 { notes.append("\(withoutTarget) rows have no value of '\(request.target)' and are left out") }
    return notes
  }
}
