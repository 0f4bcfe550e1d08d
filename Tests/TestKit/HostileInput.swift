import Foundation

/// A short walk of what `bin/fuzz` does at length: seeds of the right shape with bytes of them changed. The same every time.
package enum HostileInput {
    private struct NoSeeds: Error {}

    /// What the fuzzer of this name begins with, in the order of their names.
    package static func seeds(of fuzzer: String) throws -> [(name: String, bytes: [UInt8])] {
        let path = Repository.path + "/Fuzz/Seeds/" + fuzzer
        let seeds = try FileManager.default.contentsOfDirectory(atPath: path).sorted().map {
            (name: $0, bytes: Array(try Data(contentsOf: URL(filePath: "\(path)/\($0)"))))
        }
        guard !seeds.isEmpty else { throw NoSeeds() }
        return seeds
    }

    package static func each(of folder: String, rounds: Int = 20_000, _ feed: ([UInt8]) throws -> Void) throws {
        var dice = Seeded(7)
        let seeds = try seeds(of: folder)
        for round in 0..<rounds {
            var bytes = seeds[round % seeds.count].bytes
            for _ in 0..<Int.random(in: 1...4, using: &dice) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &dice)
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
                case 2: bytes.removeSubrange(place...)
                default: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
                }
            }
            try feed(bytes)
        }
    }
}
