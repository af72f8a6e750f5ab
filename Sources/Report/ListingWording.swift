import Market
import Research

/// From when to when a symbol has bars, in words.
enum ListingWording {
  /// The day of the last bar, and whether it was the last for good.
  static func lastBar(_ listing: SymbolListing) -> String {
    // A close at midnight ends the day before.
    (listing.last - 1).date + (listing.hasEnded ? ", ended" : "")
  }

  /// The symbols that list within the run or end before it does: `GONE from 2017-10-01 to 2018-09-30, ended`.
  static func incomplete(_ report: BacktestReport) -> [String] {
    report.listings.filter { $0.first >= report.start || $0.hasEnded }.map { listing in
      "\(listing.symbol) from \(listing.first.date) to \(lastBar(listing))"
    }
  }
}
