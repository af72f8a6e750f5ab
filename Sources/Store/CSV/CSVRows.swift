import Market

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// The rows of a file that hold a bar, as they stand in it: neither sorted nor grouped yet.
struct CSVRows {
  var bars = BarBatch()
  /// Milliseconds that each row's clock was ahead of UTC.
  var offsets: [Int64] = []
  var lines: [Int] = []
  /// The index of each row's symbol in `symbols`; empty without a symbol column.
  var symbolIndices: [Int] = []
  var symbols: [String] = []
  /// The user's columns.
  var extras: [ExtraCells]
  var rejects: [RejectedRow] = []
  var time: TimeText

  private let header: CSVHeader
  /// By symbol and not by text, in which the Unicode forms of `é` are equal.
  private var indexOfSymbol: [Symbol: Int] = [:]

  init(header: CSVHeader, zone: Int64) {
    self.header = header
    extras = header.extras.map { _ in ExtraCells() }
    time = TimeText(zone: zone)
  }

  /// Reads one row, or adds it to the rejects.
  mutating func add(_ fields: borrowing CSVFields, _ bytes: Span<UInt8>) {
    do throws(RejectReason) {
      try read(fields, bytes)
    } catch {
      #if PLANTED_DEFECTS
        if PlantedDefect.silentRow.isPlanted { return }
      #endif
      rejects.append(RejectedRow(line: fields.line, reason: error))
    }
  }

  private mutating func read(
    _ fields: borrowing CSVFields, _ bytes: Span<UInt8>
  ) throws(RejectReason) {
    let expected = header.names.count
    if fields.count < expected {
      throw .tooFewFields(found: fields.count, expected: expected)
    }
    // A comma at the end of the line makes one more field, an empty one.
    guard
      fields.count == expected
        || (fields.count == expected + 1
          && fields.starts[expected] == fields.ends[expected])
    else { throw .tooManyFields(found: fields.count, expected: expected) }
    let reading = try instant(fields, bytes)
    var symbol = 0
    if let column = header.symbol { symbol = try symbolIndex(fields, bytes, column) }
    let open = try price("open", header.open, fields, bytes)
    let high = try price("high", header.high, fields, bytes)
    let low = try price("low", header.low, fields, bytes)
    let close = try price("close", header.close, fields, bytes)
    var volume = 0.0
    if let column = header.volume {
      volume = try number("volume", column, fields, bytes)
      guard volume >= 0 else { throw .negativeVolume(volume) }
      guard volume <= RejectReason.largestVolume else {
        throw .outOfRange(column: "volume", value: volume)
      }
      // Minus zero would be another bit pattern than zero.
      if volume == 0 { volume = 0 }
    }
    guard high >= low else { throw .highBelow(high: high, column: "low", value: low) }
    guard high >= open else { throw .highBelow(high: high, column: "open", value: open) }
    guard high >= close else { throw .highBelow(high: high, column: "close", value: close) }
    guard low <= open else { throw .lowAbove(low: low, column: "open", value: open) }
    guard low <= close else { throw .lowAbove(low: low, column: "close", value: close) }

    bars.append(
      StoredBar(
        time: reading.utc, open: open, high: high, low: low, close: close, volume: volume))
    offsets.append(reading.offset)
    lines.append(fields.line)
    if header.symbol != nil { symbolIndices.append(symbol) }
    for i in header.extras.indices {
      let column = header.extras[i].column
      let (start, end) = fields.bounds(bytes, column)
      let value = DecimalText.double(bytes, start, end)
      if let value, value.magnitude <= RejectReason.largestExtra {
        extras[i].add(number: value == 0 ? 0 : value)
      } else if DecimalText.isMissing(bytes, start, end) {
        extras[i].addMissing()
      } else if extras[i].isText {
        extras[i].addText()
      } else {
        let text = fields.text(bytes, column)
        extras[i].addFirst(.init(line: fields.line, text: text, isTooLarge: value != nil))
      }
    }
  }

  private mutating func instant(
    _ fields: borrowing CSVFields, _ bytes: Span<UInt8>
  ) throws(RejectReason) -> TimeText.Reading {
    switch header.time {
    case .one(let column):
      let (start, end) = fields.bounds(bytes, column)
      do throws(TimeText.Failure) {
        return try time.read(bytes, start, end)
      } catch {
        switch error {
        case .unknown: throw .badTime(fields.text(bytes, column))
        case .otherUnit(let unit):
          throw .mixedTimeUnit(fields.text(bytes, column), expected: unit)
        }
      }
    case .dateAndTime(let date, let clock):
      let text = fields.text(bytes, date) + " " + fields.text(bytes, clock)
      let joined = Array(text.utf8)
      do throws(TimeText.Failure) {
        return try time.read(joined.span, 0, joined.count)
      } catch {
        throw .badTime(text)
      }
    }
  }

  private mutating func symbolIndex(
    _ fields: borrowing CSVFields, _ bytes: Span<UInt8>, _ column: Int
  ) throws(RejectReason) -> Int {
    let name = fields.unquoted(bytes, column)
    if let known = indexOfSymbol[Symbol(name)] { return known }
    guard CSVRows.isValid(symbol: name) else { throw .badSymbol(fields.text(bytes, column)) }
    let index = symbols.count
    symbols.append(name)
    indexOfSymbol[Symbol(name)] = index
    return index
  }

  private func price(
    _ name: String, _ column: Int, _ fields: borrowing CSVFields, _ bytes: Span<UInt8>
  ) throws(RejectReason) -> Double {
    let value = try number(name, column, fields, bytes)
    guard value > 0 else { throw .notPositive(column: name, value: value) }
    guard RejectReason.prices.contains(value) else {
      throw .outOfRange(column: name, value: value)
    }
    return value
  }

  private func number(
    _ name: String, _ column: Int, _ fields: borrowing CSVFields, _ bytes: Span<UInt8>
  ) throws(RejectReason) -> Double {
    let (start, end) = fields.bounds(bytes, column)
    guard let value = DecimalText.double(bytes, start, end) else {
      if start == end { throw .emptyValue(column: name) }
      let text = fields.text(bytes, column)
      if DecimalText.isNotFinite(bytes, start, end) { throw .notFinite(column: name, text: text) }
      throw .notANumber(column: name, text: text)
    }
    guard value.isFinite else {
      throw .notFinite(column: name, text: fields.text(bytes, column))
    }
    return value
  }

  /// 1 to 64 bytes of UTF-8 with no control character and no blank at either end.
  static func isValid(symbol: String) -> Bool {
    (1...64).contains(symbol.utf8.count) && symbol.first?.isWhitespace == false
      && symbol.last?.isWhitespace == false
      && symbol.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "\u{FFFD}"
      }
  }
}
