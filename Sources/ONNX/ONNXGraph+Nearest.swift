/// Rows beside points.
extension ONNXGraph {
  package enum Metric { case euclidean, manhattan }

  /// The `count` points `[m, d]` that are nearest to each row of `[n, d]`, the nearest first and of equally near ones the first:
  /// their distances and their places, `[n, count]` each.
  ///
  /// Rows are gone through one by one, so that memory is that of the points, not of points times rows. Rows and points are
  /// doubles, and so are distances.
  package func nearest(
    _ count: Int, to rows: ONNXValue, among points: ONNXTensor, _ metric: Metric
  ) -> (distances: ONNXValue, places: ONNXValue) {
    let (width, points, wanted) = (points.shape[1], constant(points), constant([count]))
    let body = ONNXGraph("nearest", in: self)
    let row = body.input(fresh("row"), .float64, [width], hasBatch: false)
    let difference = body.add("Sub", points, row)
    let terms = metric == .manhattan ? body.add("Abs", difference) : body.add("Mul", difference, difference)
    let sums = body.add("ReduceSum", terms, constant([1]), attributes: ["keepdims": .integer(0)])
    let found = body.add(
      "TopK", [sums, wanted], outputs: 2,
      attributes: ["axis": .integer(0), "largest": .integer(0), "sorted": .integer(1)])
    body.output(fresh("distances"), found[0], .float64, [count], hasBatch: false)
    body.output(fresh("places"), found[1], .int64, [count], hasBatch: false)
    let scanned = add("Scan", [rows], outputs: 2, attributes: ["body": .graph(body), "num_scan_inputs": .integer(1)])
    return (metric == .euclidean ? add("Sqrt", scanned[0]) : scanned[0], scanned[1])
  }
}
