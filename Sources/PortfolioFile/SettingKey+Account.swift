import Market
import Research
import Trading

// The keys that say what is held, with what money and at what costs.
extension SettingKey {
  static let top: [SettingKey] = [
    SettingKey("profile", .choice, \.profile, "Appetite for risk; sets the defaults of other keys"),
    SettingKey(
      "market", .choice, \.market,
      "Kind of market; sets costs, volatility targets and regime sizes with the profile"),
    SettingKey(
      "symbols", .symbols, "Instruments to hold",
      get: \.symbols, set: { $0.symbols = $1 }),
    SettingKey(
      "timeframes", .timeframeWeights, "Timeframes with the weights of their forecasts",
      get: \.timeframes,
      set: {
        $0.timeframes = $1
        $0.primary = $1[0].timeframe
      }),
    SettingKey("primary", .timeframe, \.primary, "Timeframe on which the portfolio steps"),
    SettingKey(
      "benchmark", .optional(.symbol), \.benchmark,
      "Symbol of the database that reports show bought and held beside the portfolio"),
  ]

  static let account: [SettingKey] = [
    SettingKey(
      "capital.cash", .number(.above(0, to: 1e15)), \.capital.cash, "Cash at the start"),
    SettingKey("capital.currency", .text, \.capital.currency, "Currency of the account"),
    SettingKey(
      "capital.cash_rate", .fraction(.from(-0.2, to: 1)), \.capital.cashRate,
      "Interest on cash a year"),
    SettingKey(
      "capital.debit_rate", .optional(.fraction(.from(0, to: 1))), \.capital.debitRate,
      "Interest a year on cash that is owed; none is 'capital.cash_rate'"),
    SettingKey(
      "capital.lot", .number(.from(0, to: 1e9)), \.capital.lot,
      "Smallest tradable quantity, to which orders are cut: 1 is whole shares, 0 any fraction"),
    SettingKey(
      "capital.leverage", .number(.from(1, to: 100)), \.capital.leverage,
      "Cash and what may be borrowed to buy with, over equity"),
    SettingKey(
      "capital.maintenance", .fraction(.from(0, below: 1)), \.capital.maintenance,
      "Equity over the gross value of positions below which a margin call reduces them; 0 is none"),
    SettingKey(
      "capital.delist_after", .optional(.duration("bars of the primary timeframe")),
      "Time without a bar after which a position is closed at its last price",
      get: { $0.capital.delistAfter.map { .milliseconds($0) } },
      set: { portfolio, after throws(ValueProblem) in
        portfolio.capital.delistAfter = try after?.milliseconds(bar: portfolio.primary)
      }),
    SettingKey(
      "capital.delist_loss", .fraction(.from(0, to: 1)), \.capital.delistLoss,
      "Part of its last price that a long position loses when it is closed so"),
    SettingKey(
      "capital.splits", .optional(.text), \.capital.splits,
      "Column beside unadjusted bars: units that one becomes at the next open, 1 for no split"),
    SettingKey(
      "costs.commission", .fraction(.from(0, to: 0.1)), \.costs.commission,
      "Commission on the notional of a fill"),
    SettingKey(
      "costs.minimum", .number(.from(0, to: 1e6)), \.costs.minimumCommission,
      "Least commission of a fill, in currency, never more than its notional"),
    SettingKey(
      "costs.slippage", .fraction(.from(0, to: 0.1)), \.costs.slippage,
      "How much worse than the open an order fills"),
    SettingKey(
      "costs.half_spread", .fraction(.from(0, to: 0.1)), \.costs.halfSpread,
      "Half of the distance between bid and ask, on top of slippage"),
    SettingKey(
      "costs.impact", .fraction(.from(0, to: 0.5)), \.costs.impact,
      "Impact of a fill as large as the last bar's volume; it grows with the root of that share"),
    SettingKey(
      "costs.participation", .optional(.fraction(.above(0, to: 1))), \.costs.participation,
      "Largest part of the last bar's volume that one bar may fill"),
    SettingKey(
      "costs.remainder", .choice, \.costs.remainder,
      "Whether the part of an order beyond 'costs.participation' waits or is cancelled"),
    SettingKey(
      "costs.borrow", .fraction(.from(0, to: 10)), \.costs.borrow,
      "Fee on the value of short positions a year"),
    SettingKey(
      "costs.funding", .fraction(.from(-10, to: 10)), \.costs.funding,
      "What long positions pay on their value, and short ones receive, a year"),
  ]
}
