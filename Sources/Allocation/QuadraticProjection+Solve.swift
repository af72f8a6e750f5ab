extension QuadraticProjection {
  /// The nearest point, or nil where no point keeps every constraint.
  ///
  /// - Throws: `AllocationError.projectionNotReached` where rounding keeps it from ending.
  public func solve() throws(AllocationError) -> Solution? {
    var search = DualActiveSet(self)
    return try search.run()
  }
}
