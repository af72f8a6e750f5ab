import Indicators
import Kernels
import Market
import Testing

@Suite struct FeatureSpecTests {
  @Test func `leaves out what does not vary on a timeframe`() {
    let intraday = FeatureSpec.stationary(for: .h12).names
    let daily = FeatureSpec.stationary(for: .d1).names
    let weekly = FeatureSpec.stationary(for: .w1).names
    #expect(intraday == Feature.allCases.map(\.rawValue))
    #expect(daily == intraday.filter { !$0.hasPrefix("hour") })
    #expect(weekly == daily.filter { !$0.hasPrefix("weekday") })
  }

  @Test func `no default feature is constant on moving prices`() {
    for timeframe in Timeframe.all {
      let spec = FeatureSpec.stationary(for: timeframe)
      let table = FeatureTable(
        series: GeneratedBars.walk.series(count: 2000, timeframe), spec: spec)
      for column in 0..<spec.count {
        let values = Set((table.firstValid..<2000).map { table.values[$0, column] })
        // Every second bar of 12h opens at noon: a sine of 0 at both is a constant by nature.
        let isNoonSine = timeframe == .h12 && spec.names[column] == "hour_sin"
        #expect(isNoonSine ? values.count == 1 : values.count > 1, "\(spec.names[column])")
      }
    }
  }

  @Test func `reads names and gives them back in order`() throws {
    let names = ["rsi_14", "return_1", "hour_cos"]
    let spec = try FeatureSpec(names: names)
    #expect(spec.names == names)
    #expect(spec.count == 3)
    #expect(try spec == FeatureSpec(names: names))
    #expect(try spec != FeatureSpec(names: names.reversed()))
  }

  @Test func `its canonical text names the version and the columns`() throws {
    let spec = try FeatureSpec(names: ["rsi_14", "return_1"])
    #expect(spec.canonical == "features/1:rsi_14,return_1")
    #expect(FeatureSpec.version == 1)
  }

  @Test(arguments: [
    ("rsi", "rsi_14"), ("RSI_14", "rsi_14"), ("retrun_5", "return_5"), ("hour_sine", "hour_sin"),
    ("volume_z_2", "volume_z_20"), ("bollinger_width", "bollinger_width_20"), ("", "low"),
    ("atr_ratio", "atr_14"), ("LogReturn", "log_return"),
  ])
  func `an unknown name is an error with the nearest valid one`(name: String, nearest: String) {
    let error = #expect(throws: IndicatorsError.self) {
      try FeatureSpec(names: ["return_1", name])
    }
    #expect(error == .unknownFeature(name: name, nearest: nearest))
    #expect(error?.description == "unknown feature '\(name)'; the nearest name is '\(nearest)'")
  }

  @Test func `takes every name that there is`() throws {
    let spec = try FeatureSpec(names: FeatureColumn.names)
    #expect(spec.names == FeatureColumn.names)
    #expect(Set(spec.names).count == Feature.allCases.count + PlainFeature.allCases.count)
    for column in spec.columns { #expect(FeatureColumn(name: column.name) == column) }
  }

  @Test func `names columns of the user by their prefix`() throws {
    let spec = try FeatureSpec(names: ["extra.sentiment", "return_1", "extra.funding_8h.v-2"])
    #expect(spec.columns[0] == .extra("sentiment"))
    #expect(spec.extras == ["sentiment", "funding_8h.v-2"])
    #expect(spec.names == ["extra.sentiment", "return_1", "extra.funding_8h.v-2"])
    #expect(spec.canonical == "features/1:extra.sentiment,return_1,extra.funding_8h.v-2")
    #expect(throws: IndicatorsError.self) { try FeatureSpec(names: ["Extra.a"]) }
    #expect(FeatureChoice.list(spec).extras == spec.extras)
    #expect(FeatureChoice.original.extras.isEmpty && RegimeObservation.relative.extras.isEmpty)
    #expect(RegimeObservation.features(spec).extras == spec.extras)
  }

  @Test(arguments: ["extra.", "extra.a,b", "extra.a b", "extra.[a]", "extra.é"])
  func `a column whose name no list can hold is told what names can be`(name: String) {
    // A bundle's request joins the names with commas.
    let error = #expect(throws: IndicatorsError.self) { try FeatureSpec(names: [name]) }
    #expect(error == .badColumnName(name: name))
    #expect(
      error?.description
        == "'\(name)': a list names a column by letters, digits, '_', '-' and '.'; rename it in its "
        + "file's header and ingest that again")
  }

  @Test func `the original set is that of its documentation, on every timeframe`() {
    let spec = FeatureSpec.original
    #expect(
      spec.names == [
        "open", "high", "low", "close", "volume", "log_return", "rsi_14", "bollinger_upper_20",
        "bollinger_middle_20", "bollinger_lower_20", "bollinger_position_20",
        "bollinger_width_20", "macd_line_12_26_9", "macd_signal_12_26_9",
        "macd_difference_12_26_9", "ema_12", "ema_26", "ema_spread_close_12_26", "atr_price_14",
        "stochastic_k_14_3_3", "stochastic_d_14_3_3", "williams_r_14", "money_flow_14", "sma_30",
        "volume_sma_30",
      ])
    for timeframe in Timeframe.all {
      #expect(FeatureChoice.original.spec(for: timeframe) == spec)
      #expect(FeatureChoice.list(spec).spec(for: timeframe) == spec)
      #expect(FeatureChoice.stationary.spec(for: timeframe) == .stationary(for: timeframe))
    }
  }

  @Test func `an empty list and a name given twice are errors`() {
    #expect(throws: IndicatorsError.noFeatures) { try FeatureSpec(names: []) }
    #expect(throws: IndicatorsError.duplicateFeature(name: "atr_14")) {
      try FeatureSpec(names: ["atr_14", "rsi_14", "atr_14"])
    }
    #expect(
      "\(IndicatorsError.noFeatures)"
        == "the list of features is empty; name at least one, such as 'return_1'")
    #expect(
      "\(IndicatorsError.duplicateFeature(name: "atr_14"))"
        == "feature 'atr_14' is listed twice; name it once")
  }
}
