"""TA-Lib's C on the columns of Sources/benchmarks/Indicators.swift, 100 times each."""
import talib

from peer import checksum, load, work

PEER = "TA-Lib " + talib.__version__
NAMES = {"h": "highs", "l": "lows", "c": "closes", "v": "volumes"}


def offer(name, columns, function, pick=lambda result: result):
    @work("indicator " + name, PEER)
    def _():
        inputs = [load(NAMES[column]) for column in columns]

        def body():
            for _ in range(100):
                last = function(*inputs)
            return last

        return body, lambda result: checksum(pick(result))


first = lambda result: result[0]
offer("SMA 20", "c", lambda c: talib.SMA(c, 20))
offer("EMA 20", "c", lambda c: talib.EMA(c, 20))
offer("WMA 20", "c", lambda c: talib.WMA(c, 20))
offer("DEMA 20", "c", lambda c: talib.DEMA(c, 20))
offer("TEMA 20", "c", lambda c: talib.TEMA(c, 20))
offer("KAMA 10", "c", lambda c: talib.KAMA(c, 10))
offer("RSI 14", "c", lambda c: talib.RSI(c, 14))
offer("MACD 12 26 9", "c", lambda c: talib.MACD(c), first)
offer("BBANDS 20", "c", lambda c: talib.BBANDS(c, 20, 2, 2), first)
offer("STDDEV 20", "c", lambda c: talib.STDDEV(c, 20))
offer("ATR 14", "hlc", lambda h, l, c: talib.ATR(h, l, c, 14))
offer("NATR 14", "hlc", lambda h, l, c: talib.NATR(h, l, c, 14))
offer("TRANGE", "hlc", talib.TRANGE)
offer(
    "ADX +DI -DI 14", "hlc",
    lambda h, l, c: (talib.ADX(h, l, c, 14), talib.PLUS_DI(h, l, c, 14), talib.MINUS_DI(h, l, c, 14)),
    first)
offer("STOCH 5 3 3", "hlc", lambda h, l, c: talib.STOCH(h, l, c), first)
offer("STOCHRSI 14 5 3", "c", lambda c: talib.STOCHRSI(c, 14, 5, 3), first)
offer("WILLR 14", "hlc", lambda h, l, c: talib.WILLR(h, l, c, 14))
offer("MFI 14", "hlcv", lambda h, l, c, v: talib.MFI(h, l, c, v, 14))
offer("CCI 14", "hlc", lambda h, l, c: talib.CCI(h, l, c, 14))
offer("ROC 10", "c", lambda c: talib.ROC(c, 10))
offer("MOM 10", "c", lambda c: talib.MOM(c, 10))
offer("OBV", "cv", talib.OBV)
offer("AD", "hlcv", talib.AD)
offer("ADOSC 3 10", "hlcv", lambda h, l, c, v: talib.ADOSC(h, l, c, v, 3, 10))
# AROON gives down, then up.
offer("AROON 14", "hl", lambda h, l: talib.AROON(h, l, 14), lambda result: result[1])
offer("TRIX 15", "c", lambda c: talib.TRIX(c, 15))
