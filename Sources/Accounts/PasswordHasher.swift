import CSodium
import Dispatch
import Glibc
import Synchronization
package import Vocabulary
import Web

/// Hashes and checks passwords with argon2id (RFC 9106) away from every thread that serves anybody else.
///
/// **At most `lanes` run at once and at most `longestLine` wait**: beyond that the answer is "unavailable" at once,
/// because a password hash is the cheapest thing to drown a server with.
package final class PasswordHasher: Sendable {
    /// What one hash costs.
    package struct Cost: Sendable, Equatable {
        package let passes: UInt64
        /// KiB of memory.
        package let memory: Int

        package init(passes: UInt64, memory: Int) {
            self.passes = passes
            self.memory = memory
        }

        /// OWASP's second recommendation: 19 MiB and two passes, about 15 ms of one core.
        /// The hash is sealed under a key outside the database as well, so a copied database cannot be guessed against at all.
        package static let standard = Cost(passes: 2, memory: 19 * 1024)
        /// The least that libsodium accepts; for tests.
        package static let least = Cost(passes: 1, memory: 8)
    }

    /// What came of a check.
    package enum Verdict: Sendable, Equatable {
        case wrong
        case right
        /// Right, but hashed at another cost than today's: hash it again.
        case outdated
    }

    private struct Line {
        var running = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        var operations = 0
    }

    static let lanes = 2
    /// How far a hash stands back for everything else that wants the processor (nice(2)): signing in may wait, a call may not.
    static let niceness: CInt = 10
    /// At 15 ms each on two lanes the last in line waits about a second.
    static let longestLine = 128

    package let cost: Cost
    private let line = Mutex(Line())
    private let queue = DispatchQueue(label: "sotto.passwords", qos: .utility, attributes: .concurrent)
    private let nobody: String

    package init(cost: Cost) {
        precondition(sodium_init() >= 0, "libsodium cannot start")
        self.cost = cost
        nobody = Self.unmatchable(cost)
    }

    /// Hashes begun since the start: how tests see that a known and an unknown address cost the same.
    package var operations: Int { line.withLock { $0.operations } }

    /// The encoded hash, parameters included.
    package func hash(_ password: Redacted<String>) async throws -> Redacted<String> {
        let cost = cost
        return try await inLine {
            var text = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
            let bytes = Array(password.value.utf8.map { CChar(bitPattern: $0) })
            guard crypto_pwhash_str(&text, bytes, UInt64(bytes.count), cost.passes, cost.memory * 1024) == 0 else {
                throw Problem.unavailable
            }
            return Redacted(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
    }

    /// Whether the password is the one that was hashed. Without a hash, an equally costly check that always fails.
    package func check(_ password: Redacted<String>, against hash: Redacted<String>?) async throws -> Verdict {
        let encoded = hash?.value ?? nobody
        let cost = cost
        return try await inLine {
            let bytes = Array(password.value.utf8.map { CChar(bitPattern: $0) })
            guard crypto_pwhash_str_verify(encoded, bytes, UInt64(bytes.count)) == 0 else { return .wrong }
            return crypto_pwhash_str_needs_rehash(encoded, cost.passes, cost.memory * 1024) == 0 ? .right : .outdated
        }
    }

    // MARK: - The line

    private func inLine<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                // Linux has no classes of service for threads: whoever serves somebody goes first by this. Dispatch keeps threads
                // of each class apart, and `.utility` is for hashes and pictures only.
                _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
                continuation.resume(with: Result { try work() })
            }
        }
    }

    private func enter() async throws {
        let isFull = line.withLock { $0.running >= Self.lanes && $0.waiting.count >= Self.longestLine }
        guard !isFull else { throw Problem.unavailable }
        await withCheckedContinuation { continuation in
            let goes = line.withLock { line in
                line.operations += 1
                if line.running < Self.lanes {
                    line.running += 1
                    return true
                }
                line.waiting.append(continuation)
                return false
            }
            if goes { continuation.resume() }
        }
    }

    private func leave() {
        let next = line.withLock { line -> CheckedContinuation<Void, Never>? in
            guard !line.waiting.isEmpty else {
                line.running -= 1
                return nil
            }
            return line.waiting.removeFirst()
        }
        next?.resume()
    }

    /// A well-formed hash at this cost whose sum is random: checking against it takes as long as against any other.
    private static func unmatchable(_ cost: Cost) -> String {
        func random(_ characters: Int) -> String {
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
            // The last character carries bits left over, which must be zero: "A".
            return String((1..<characters).map { _ in alphabet.randomElement() ?? "A" }) + "A"
        }
        return "$argon2id$v=19$m=\(cost.memory),t=\(cost.passes),p=1$\(random(22))$\(random(43))"
    }
}
