import Foundation
import Kernels

/// What a model bundle is, what it was made from and how good it was: `manifest.json`.
public struct BundleManifest: Sendable, Equatable, Codable {
  /// The layout that this program writes and reads.
  public static let currentSchema = 1

  /// The features' scaling over the training window, for readers of the file; the tensors
  /// `scaler.*` are what the program uses.
  public struct Scaling: Sendable, Equatable, Codable {
    public var mean: [Double]
    public var scale: [Double]

    public init(_ scaler: StandardScaler) {
      mean = scaler.mean
      scale = scaler.scale
    }
  }

  /// The bars that the models were fitted to, in ISO 8601.
  public struct TrainingRange: Sendable, Equatable, Codable {
    public var from: String
    public var to: String

    public init(from: String, to: String) {
      self.from = from
      self.to = to
    }
  }

  /// Figures by name, of bars that the fit has seen. What forecasts have earned on others depends on
  /// the folds and comes after the bundle: it stands beside it, in `gate-KEY.json`.
  public struct Metrics: Sendable, Equatable, Codable {
    public var inSample: [String: Double]

    public init(inSample: [String: Double] = [:]) {
      self.inSample = inSample
    }
  }

  public var schemaVersion = BundleManifest.currentSchema
  /// 1 to 64 digits 0-9 a-f: the hash of all that the models were made from.
  public var id: String
  /// The symbol, as the user writes it.
  public var series: String
  /// `1h`.
  public var timeframe: String
  /// The request in canonical text: key to value.
  public var spec: [String: String]
  /// The forecast's inputs, in order.
  public var features: [String]
  public var scaling: Scaling?
  public var training: TrainingRange
  /// Digest of the bars of every series that was trained on, by series.
  public var dataDigests: [String: String]
  public var metrics: Metrics
  /// Which variance model was fitted, and why no better one; nil where none was asked for.
  public var variance: VarianceChoice?
  public var numericsVersion: Int
  public var softwareVersion: String
  /// SHA-256 of `model.safetensors`; `ModelBundle` sets it.
  public var tensorsSHA256 = ""

  public init(
    id: String, series: String, timeframe: String, spec: [String: String] = [:],
    features: [String] = [], scaling: Scaling? = nil, training: TrainingRange,
    dataDigests: [String: String] = [:], metrics: Metrics = Metrics(),
    variance: VarianceChoice? = nil,
    numericsVersion: Int = Kernels.numericsVersion, softwareVersion: String
  ) {
    self.id = id
    self.series = series
    self.timeframe = timeframe
    self.spec = spec
    self.features = features
    self.scaling = scaling
    self.training = training
    self.dataDigests = dataDigests
    self.metrics = metrics
    self.variance = variance
    self.numericsVersion = numericsVersion
    self.softwareVersion = softwareVersion
  }
}

/// The file's form: JSON with sorted keys whose last member is the SHA-256 of the text without that
/// member, so that a changed byte anywhere is noticed.
extension BundleManifest {
  private struct Schema: Decodable {
    var schemaVersion: Int
  }

  private static func seal(_ body: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(body)
    return Array(",\n  \"manifestSHA256\" : \"\(hash.hex())\"\n}\n".utf8)
  }

  /// Returns the bytes of `manifest.json`.
  func encoded() throws(BundleError) -> [UInt8] {
    if let figure = figureNotFinite { throw BundleError.notFinite(figure: figure) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let body: [UInt8]
    do {
      body = try Array(encoder.encode(self))
    } catch {
      preconditionFailure("a manifest of strings and finite numbers is JSON: \(error)")
    }
    let ending = Array("\n}".utf8)
    precondition(body.suffix(2) == ending[...], "an object's JSON ends with a brace of its own")
    return body.dropLast(2) + BundleManifest.seal(body)
  }

  private var figureNotFinite: String? {
    let figures = metrics.inSample.sorted { $0.key < $1.key }
    if let wild = figures.first(where: { !$0.value.isFinite }) {
      return "metric \(wild.key) (in sample)"
    }
    if let scaling, !(scaling.mean + scaling.scale).allSatisfy(\.isFinite) {
      return "the features' scaling"
    }
    return nil
  }

  /// Reads and checks the bytes of a `manifest.json`.
  ///
  /// - Parameter file: the name for the error.
  static func decode(_ bytes: [UInt8], file: String) throws(BundleError) -> BundleManifest {
    let decoder = JSONDecoder()
    let json = Data(bytes)
    let schema: Schema
    do {
      schema = try decoder.decode(Schema.self, from: json)
    } catch {
      throw BundleError.damaged(file: file, reason: "it is no manifest")
    }
    guard schema.schemaVersion == currentSchema else {
      throw BundleError.unsupportedSchema(
        file: file, found: schema.schemaVersion, supported: currentSchema)
    }
    let length = seal([]).count
    guard bytes.count > length else {
      throw BundleError.damaged(file: file, reason: "it is cut short")
    }
    let body = bytes.dropLast(length) + Array("\n}".utf8)
    guard bytes.suffix(length) == seal(Array(body))[...] else {
      throw BundleError.damaged(file: file, reason: "its text does not match manifestSHA256")
    }
    do {
      return try decoder.decode(BundleManifest.self, from: json)
    } catch {
      throw BundleError.damaged(file: file, reason: "a field is missing or of another type")
    }
  }
}
