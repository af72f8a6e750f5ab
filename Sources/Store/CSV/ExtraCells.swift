/// What the cells of one of the user's columns hold. A column with a cell that is no number is left out.
struct ExtraCells {
  /// A cell that is neither empty nor a number that can be taken.
  struct Text: Equatable {
    var line: Int
    var text: String
    /// Whether it is a number, but a larger one than `RejectReason.largestExtra`.
    var isTooLarge: Bool
  }

  /// One a row, NaN where there is no value; none once a text came.
  private(set) var values: [Double] = []
  /// The first cell that is no number.
  private(set) var firstText: Text?
  private var numbers = 0
  private var texts = 0

  /// Whether a cell has been no number.
  var isText: Bool { firstText != nil }

  /// The first cell that is no number, in a column of which most cells are, or that is too large a one:
  /// likely a mistake.
  var strayText: Text? { numbers > texts || firstText?.isTooLarge == true ? firstText : nil }

  mutating func add(number: Double) {
    numbers += 1
    if firstText == nil { values.append(number) }
  }

  mutating func addMissing() {
    if firstText == nil { values.append(.nan) }
  }

  /// Adds the first cell that is no number.
  mutating func addFirst(_ text: Text) {
    texts = 1
    firstText = text
    values = []
  }

  /// Adds a further cell that is no number; what it holds is not asked.
  mutating func addText() {
    texts += 1
  }
}
