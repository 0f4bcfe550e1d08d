import Foundation
package import Vocabulary

/// A page as it lives in the world: it comes back after every cut, says where it was, and sends again what has no answer.
package actor ReturningBrowser {
    private struct Command {
        let id: String
        let text: String
        let answer: CheckedContinuation<LiveMessage?, Never>
    }

    /// What one stream of this page looked like.
    package private(set) var events: [LiveMessage] = []
    /// What must never happen: a hole, a double, a snapshot where everything is kept.
    package private(set) var faults: [String] = []
    private var position: Int
    private var browser: FakeBrowser?
    private var commands: [Command] = []
    private var isWelcome = false
    private var isOver = false
    private var chance: Seeded
    private let addresses: [FakeBrowser.Address]
    private let stream: String

    /// - Parameters:
    ///   - addresses: where it may connect: one of them by chance, each time anew.
    ///   - stream: the stream that it follows, as the protocol names it.
    package init(_ addresses: [FakeBrowser.Address], stream: String = "notices", position: Int = 0, chance: Seeded) {
        self.addresses = addresses
        self.stream = stream
        self.position = position
        self.chance = chance
    }

    /// Where it connects, or one of the places.
    package var address: FakeBrowser.Address { addresses[0] }

    /// Lives until `end`.
    package func live() async {
        while !isOver {
            if let index = addresses.indices.randomElement(using: &chance) { await visit(addresses[index]) }
            isWelcome = false
            browser = nil
            // Backs off, as pages do.
            try? await Task.sleep(for: .milliseconds(Int.random(in: 10...150, using: &chance)))
        }
        for command in commands { command.answer.resume(returning: nil) }
        commands = []
    }

    private func visit(_ address: FakeBrowser.Address) async {
        do {
            let browser = try await FakeBrowser.open(address)
            guard !isOver else { return browser.vanish() }
            self.browser = browser
            let welcome = try await browser.greet([stream: position])
            if welcome.streams?[stream] == nil { faults.append("welcomed after \(position) and deaf to the stream") }
            isWelcome = true
            for command in commands { browser.send(command.text) }
            while true { take(try await browser.next(within: .seconds(600))) }
        } catch {
            // Cut, killed or refused: it comes back.
        }
    }

    private func take(_ message: LiveMessage) {
        switch message.type {
        case "event": if message.stream == stream { take(event: message) }
        case "snapshot": if message.stream == stream { faults.append("a snapshot at \(message.sequence ?? 0) where everything is kept") }
        case "ack", "refused":
            guard let index = commands.firstIndex(where: { $0.id == message.id }) else { return }
            commands.remove(at: index).answer.resume(returning: message)
        default: break
        }
    }

    private func take(event: LiveMessage) {
        let sequence = event.sequence ?? 0
        if sequence != position + 1 { faults.append("\(sequence) came after \(position)") }
        position = sequence
        events.append(event)
    }

    /// The last event that came.
    package var lastSequence: Int { position }

    /// Sends a command until it is answered; nil when the page ended before.
    package func command(_ type: String, id: String, _ members: String) async -> LiveMessage? {
        guard !isOver else { return nil }
        let text = #"{"type":"\#(type)","id":"\#(id)",\#(members)}"#
        return await withCheckedContinuation { answer in
            commands.append(Command(id: id, text: text, answer: answer))
            if isWelcome { browser?.send(text) }
        }
    }

    package func end() {
        isOver = true
        browser?.vanish()
    }

    // MARK: - Harm

    package enum Harm: CaseIterable, Sendable {
        case close, vanish, reset, sleep, wake
    }

    package func suffer(_ harm: Harm) async {
        switch harm {
        case .close: browser?.close()
        case .vanish: browser?.vanish()
        case .reset: browser?.reset()
        case .sleep: try? await browser?.fallAsleep()
        case .wake: try? await browser?.wakeUp()
        }
    }

    /// Listens again if it slept.
    package func wake() async { await suffer(.wake) }
}
