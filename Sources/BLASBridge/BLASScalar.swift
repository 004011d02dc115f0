import COpenBLAS

/// The element type of a ``Matrix``: `Float` or `Double`, for which BLAS and LAPACK have real routines. Constrain a generic
/// function to it that is to work with both.
///
/// ```swift
/// func mean<Scalar: BLASScalar>(_ x: Matrix<Scalar>) -> Scalar {
///   x.elements.reduce(0, +) / Scalar(x.rows * x.columns)
/// }
/// print(mean(Matrix<Float>([[1, 2], [3, 4]])))  // 2.5
/// ```
public protocol BLASScalar: BinaryFloatingPoint, Sendable {
  static var routines: BLASRoutines<Self> { get }
}

extension Float: BLASScalar {
  public static let routines = BLASRoutines<Float>(
    gemm: floatProduct, gemv: cblas_sgemv, ger: cblas_sger, syrk: cblas_ssyrk, axpy: cblas_saxpy, scal: cblas_sscal,
    dot: cblas_sdot, nrm2: cblas_snrm2, asum: cblas_sasum, iamax: cblas_isamax, gesv: LAPACKE_sgesv,
    potrf: LAPACKE_spotrf, potrs: LAPACKE_spotrs, gels: LAPACKE_sgels, gelsd: LAPACKE_sgelsd, geqrf: LAPACKE_sgeqrf,
    orgqr: LAPACKE_sorgqr, gesdd: LAPACKE_sgesdd, syevd: LAPACKE_ssyevd)
}

extension Double: BLASScalar {
  public static let routines = BLASRoutines<Double>(
    gemm: cblas_dgemm, gemv: cblas_dgemv, ger: cblas_dger, syrk: cblas_dsyrk, axpy: cblas_daxpy, scal: cblas_dscal,
    dot: cblas_ddot, nrm2: cblas_dnrm2, asum: cblas_dasum, iamax: cblas_idamax, gesv: LAPACKE_dgesv,
    potrf: LAPACKE_dpotrf, potrs: LAPACKE_dpotrs, gels: LAPACKE_dgels, gelsd: LAPACKE_dgelsd, geqrf: LAPACKE_dgeqrf,
    orgqr: LAPACKE_dorgqr, gesdd: LAPACKE_dgesdd, syevd: LAPACKE_dsyevd)
}

/// The C routines of one scalar type, under the names they share.
public struct BLASRoutines<Scalar>: Sendable {
  typealias Order = CBLAS_ORDER
  typealias Transpose = CBLAS_TRANSPOSE
  typealias In = UnsafePointer<Scalar>
  typealias Out = UnsafeMutablePointer<Scalar>
  typealias Indices = UnsafeMutablePointer<Int32>

  let gemm:
    @Sendable (
      Order, Transpose, Transpose, Int32, Int32, Int32, Scalar, In, Int32, In, Int32, Scalar, Out, Int32
    ) -> Void
  let gemv: @Sendable (Order, Transpose, Int32, Int32, Scalar, In, Int32, In, Int32, Scalar, Out, Int32) -> Void
  let ger: @Sendable (Order, Int32, Int32, Scalar, In, Int32, In, Int32, Out, Int32) -> Void
  let syrk: @Sendable (Order, CBLAS_UPLO, Transpose, Int32, Int32, Scalar, In, Int32, Scalar, Out, Int32) -> Void
  let axpy: @Sendable (Int32, Scalar, In, Int32, Out, Int32) -> Void
  let scal: @Sendable (Int32, Scalar, Out, Int32) -> Void
  let dot: @Sendable (Int32, In, Int32, In, Int32) -> Scalar
  let nrm2: @Sendable (Int32, In, Int32) -> Scalar
  let asum: @Sendable (Int32, In, Int32) -> Scalar
  let iamax: @Sendable (Int32, In, Int32) -> Int
  let gesv: @Sendable (Int32, Int32, Int32, Out, Int32, Indices, Out, Int32) -> Int32
  let potrf: @Sendable (Int32, CChar, Int32, Out, Int32) -> Int32
  let potrs: @Sendable (Int32, CChar, Int32, Int32, In, Int32, Out, Int32) -> Int32
  let gels: @Sendable (Int32, CChar, Int32, Int32, Int32, Out, Int32, Out, Int32) -> Int32
  let gelsd: @Sendable (Int32, Int32, Int32, Int32, Out, Int32, Out, Int32, Out, Scalar, Indices) -> Int32
  let geqrf: @Sendable (Int32, Int32, Int32, Out, Int32, Out) -> Int32
  let orgqr: @Sendable (Int32, Int32, Int32, Int32, Out, Int32, In) -> Int32
  let gesdd: @Sendable (Int32, CChar, Int32, Int32, Out, Int32, Out, Out, Int32, Out, Int32) -> Int32
  let syevd: @Sendable (Int32, CChar, CChar, Int32, Out, Int32, Out) -> Int32
}
