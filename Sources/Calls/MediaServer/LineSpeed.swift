import Foundation

/// What the network card that leads to the world says of its own speed. Virtual ones mostly say nothing.
package struct LineSpeed: Sendable, Equatable {
    /// As the system names the card.
    package let card: String
    /// Mbit/s.
    package let megabits: Int

    /// Of this machine; nil where the system does not tell.
    ///
    /// - Parameter root: the folder in which `proc` and `sys` are
    package static func found(under root: String = "/") -> LineSpeed? {
        guard let card = card(root), let text = read(root + "sys/class/net/\(card)/speed"), let megabits = Int(text), megabits > 0 else {
            return nil
        }
        return LineSpeed(card: card, megabits: megabits)
    }

    /// The card to which whatever has no other way goes; of several the one that is preferred.
    private static func card(_ root: String) -> String? {
        let none = String(repeating: "0", count: 8)
        let old = rows(root + "proc/net/route").compactMap { row -> (metric: Int, card: String)? in
            guard row.count > 7, row[1] == none, row[7] == none, let metric = Int(row[6]) else { return nil }
            return (metric, row[0])
        }
        if let best = old.min(by: { $0.metric < $1.metric }) { return best.card }
        let new = rows(root + "proc/net/ipv6_route").compactMap { row -> (metric: Int, card: String)? in
            guard row.count > 9, row[0].allSatisfy({ $0 == "0" }), row[1] == "00", row[9] != "lo", let metric = Int(row[5], radix: 16)
            else {
                return nil
            }
            return (metric, row[9])
        }
        return new.min { $0.metric < $1.metric }?.card
    }

    private static func rows(_ path: String) -> [[String]] {
        (read(path) ?? "").split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
    }

    private static func read(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
