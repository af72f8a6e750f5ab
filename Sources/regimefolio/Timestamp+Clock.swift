import Foundation
import Market

extension Timestamp {
  /// What the machine's clock says now.
  static var clock: Timestamp {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }
}
