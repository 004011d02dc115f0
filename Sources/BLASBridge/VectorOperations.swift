import COpenBLAS

// Level 1: a matrix of one row or one column is a vector, others trap.
extension BLAS {
  /// y ← y + alpha · x. Traps where the lengths differ.
  public static func axpy<Scalar>(_ alpha: Scalar, _ x: Matrix<Scalar>, into y: Matrix<Scalar>) {
    let (from, to) = (x.asVector("axpy"), y.asVector("axpy"))
    require(from.count == to.count, "axpy: a vector of \(from.count) into a vector of \(to.count)")
    Scalar.routines.axpy(Int32(to.count), alpha, x.base, Int32(from.increment), y.base, Int32(to.increment))
  }

  /// x ← alpha · x; with alpha 0 it is zeros whatever it was.
  public static func scal<Scalar>(_ alpha: Scalar, _ x: Matrix<Scalar>) {
    let vector = x.asVector("scal")
    if alpha == 0 {
      for i in 0..<vector.count { x.base[i * vector.increment] = 0 }
    } else {
      Scalar.routines.scal(Int32(vector.count), alpha, x.base, Int32(vector.increment))
    }
  }

  /// The scalar product of x and y. Traps where the lengths differ.
  public static func dot<Scalar>(_ x: Matrix<Scalar>, _ y: Matrix<Scalar>) -> Scalar {
    let (left, right) = (x.asVector("dot"), y.asVector("dot"))
    require(left.count == right.count, "dot: a vector of \(left.count) with a vector of \(right.count)")
    return Scalar.routines.dot(Int32(left.count), x.base, Int32(left.increment), y.base, Int32(right.increment))
  }

  /// The Euclidean length of x, without overflow in between.
  public static func nrm2<Scalar>(_ x: Matrix<Scalar>) -> Scalar {
    let vector = x.asVector("nrm2")
    return Scalar.routines.nrm2(Int32(vector.count), x.base, Int32(vector.increment))
  }

  /// The sum of the absolute values of x.
  public static func asum<Scalar>(_ x: Matrix<Scalar>) -> Scalar {
    let vector = x.asVector("asum")
    return Scalar.routines.asum(Int32(vector.count), x.base, Int32(vector.increment))
  }

  /// The index of the first element of the largest absolute value; nil for an empty vector.
  public static func iamax<Scalar>(_ x: Matrix<Scalar>) -> Int? {
    let vector = x.asVector("iamax")
    guard vector.count > 0 else { return nil }
    return Scalar.routines.iamax(Int32(vector.count), x.base, Int32(vector.increment))
  }
}
