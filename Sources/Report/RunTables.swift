import Engine
import Market
import Research
import Trading

/// The five tables that a finished run is exported as: names of columns, and their values by row.
///
/// Times are ISO 8601 in UTC; money is in the account's currency, weights are fractions of equity. A fill
/// of `intrabar` stands at the close of the bar whose range reached its level, any other at an open. Its
/// order was decided at the close `decided_at`, which does not exist where a symbol is traded no more.
struct RunTables {
  enum Value {
    case text(String?)
    case number(Double?)
    case flag(Bool)
  }

  struct Table {
    var name: String
    var columns: [String]
    var rows: [[Value]]
  }

  let tables: [Table]

  init(_ finished: FinishedRun) {
    let run = finished.run
    tables = [
      RunTables.trades(finished.report.closedTrades),
      Table(
        name: "fills",
        columns: [
          "time", "symbol", "quantity", "price", "fee", "slippage", "spread", "impact", "write_off",
          "reason", "decided_at", "intrabar",
        ],
        rows: run.fills.map { fill in
          [
            .text(fill.time.description), .text(fill.symbol.name), .number(fill.quantity),
            .number(fill.price), .number(fill.fee), .number(fill.slippage), .number(fill.spread),
            .number(fill.impact), .number(fill.writeOff), .text(fill.reason),
            .text(fill.decidedAt?.description), .flag(fill.isIntrabar),
          ]
        }),
      Table(
        name: "orders", columns: ["decided_at", "symbol", "quantity", "reason"],
        rows: run.orders.map { order in
          [
            .text(order.decidedAt.description), .text(order.symbol.name), .number(order.quantity),
            .text(order.reason),
          ]
        }),
      Table(
        name: "equity", columns: ["open", "close", "equity", "cash", "exposure"],
        rows: run.times.indices.map { step in
          [
            .text(run.times[step].description), .text(run.knownAt[step].description),
            .number(run.equity[step]), .number(run.cash[step]), .number(run.exposure[step]),
          ]
        }),
      Table(
        name: "weights", columns: ["close"] + run.symbols.map(\.name),
        rows: run.times.indices.map { step in
          let first = step * run.symbols.count
          return [.text(run.knownAt[step].description)]
            + run.weights[first..<first + run.symbols.count].map { .number($0) }
        }),
    ]
  }

  private static func trades(_ trades: [ClosedTrade]) -> Table {
    Table(
      name: "trades",
      columns: [
        "symbol", "opened", "closed", "quantity", "entry_price", "exit_price", "fees", "profit",
        "return", "holding_days", "reason",
      ],
      rows: trades.map { trade in
        let days = Double(trade.holdingTime) / Double(Timestamp.millisecondsPerDay)
        return [
          .text(trade.symbol.name), .text(trade.openedAt.description),
          .text(trade.closedAt.description), .number(trade.quantity), .number(trade.entryPrice),
          .number(trade.exitPrice), .number(trade.fees), .number(trade.profit),
          .number(trade.returnOnEntry), .number(days), .text(trade.reason),
        ]
      })
  }
}
