import CKernels

/// The processor's instruction sets that the hot loops are compiled for; all give the same bits.
public enum InstructionSet: String, CaseIterable, Sendable {
  case avx512
  case avx2
  /// What every processor of the architecture has. On x86-64 it is slow: fma is done in software.
  case portable

  /// The sets that this processor has, widest first.
  public static var supported: [InstructionSet] { allCases.filter { $0.kernels != nil } }

  /// The set in use: the widest one, or what ``use()`` chose.
  public static var current: InstructionSet {
    allCases.first { $0.code == ckernels_isa() } ?? .portable
  }

  /// Uses this set from now on.
  /// - Returns: Whether the processor has it; if not, nothing changes.
  public func use() -> Bool { ckernels_use(code) }

  /// The kernels of this set; nil where the processor lacks it.
  package var kernels: UnsafePointer<CKernels>? { ckernels_of(code) }

  private var code: CKernelsISA {
    switch self {
    case .avx512: CKERNELS_AVX512
    case .avx2: CKERNELS_AVX2
    case .portable: CKERNELS_PORTABLE
    }
  }
}
