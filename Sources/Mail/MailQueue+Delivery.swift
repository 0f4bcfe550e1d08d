package import ServiceLifecycle
import Storage
import Vocabulary

/// Delivers what waits, one letter after another, for as long as the server runs.
extension MailQueue: Service {
    package func run() async throws {
        if carrier == nil {
            logger.notice("no mail server is configured (mail.url): mails wait under Administration, where the owner can read them")
        }
        await cancelWhenGracefulShutdown {
            var patience = Patience()
            while !Task.isCancelled {
                let pause = await self.work(&patience)
                await self.alarm.wait(atMost: pause)
            }
        }
    }

    /// Does everything that can be done now. Returns how long there is nothing to do.
    func work(_ patience: inout Patience) async -> Duration {
        do {
            try await prune()
            guard let carrier else { return .hours(1) }
            if let rest = patience.rest(at: clock.now) { return rest }
            while !Task.isCancelled, let letter = try await claim() {
                if let pause = try await attempt(letter, carrier, &patience) { return pause }
            }
            let due = try await database.read { try $0.nextLetterDue() }
            return min(.minutes(1), max(.milliseconds(20), due.map { $0 - clock.now } ?? .minutes(1)))
        } catch {
            // The letters are in the database; whatever is wrong with it is told by those who wait for it.
            if !Task.isCancelled { logger.warning("mails wait, because the database cannot be used", metadata: ["error": "\(error)"]) }
            return .seconds(5)
        }
    }

    private func claim() async throws -> ClaimedLetter? {
        let now = clock.now
        return try await database.write { try $0.claimLetter(at: now, until: now + Self.leaseTime) }
    }

    /// One attempt. Returns a pause when the server itself is the trouble.
    private func attempt(_ claimed: ClaimedLetter, _ carrier: Carrier, _ patience: inout Patience) async throws -> Duration? {
        guard let letter = try await open(claimed) else {
            // Nobody can read it any more: its person's key was destroyed.
            try await database.write { try $0.removeLetter(claimed.id) }
            return nil
        }
        let mail = carrier.composer.compose(letter, id: claimed.id, at: claimed.queuedAt)
        let delivery = await carrier.client.deliver(mail)
        // Not cancelled with us while shutting down: a letter that was taken must not go out again.
        try await Task { try await self.settle(claimed, delivery) }.value
        return judge(delivery, &patience)
    }

    private func settle(_ claimed: ClaimedLetter, _ delivery: Delivery) async throws {
        let now = clock.now
        let isLast = claimed.attempts + 1 >= Patience.letterAttempts
        try await database.write { transaction in
            switch delivery {
            case .accepted: try transaction.removeLetter(claimed.id)
            case .refused(let code): try transaction.failLetter(claimed.id, code: code)
            case .postponed(let code) where isLast: try transaction.failLetter(claimed.id, code: code)
            case .postponed:
                try transaction.postponeLetter(claimed.id, until: now + Patience.delay(afterAttempts: claimed.attempts + 1), counting: true)
            case .unusable, .interrupted: try transaction.postponeLetter(claimed.id, until: now, counting: false)
            }
        }
    }

    /// Keeps the books. Returns a pause when the server itself is the trouble.
    private func judge(_ delivery: Delivery, _ patience: inout Patience) -> Duration? {
        switch delivery {
        case .interrupted: return nil
        case .unusable(let trouble):
            if state.trouble != trouble { logger.warning("mails wait: \(trouble.explanation)") }
            report { $0.trouble = trouble }
            return patience.lose(at: clock.now)
        case .accepted: report { $0.delivered += 1 }
        case .refused(let code):
            logger.warning("the mail server refused a mail for good; it is kept under Administration", metadata: ["code": "\(code)"])
        case .postponed(let code): logger.info("the mail server asks to try a mail again later", metadata: ["code": "\(code)"])
        }
        if state.trouble != nil { logger.notice("the mail server can be used again") }
        report { $0.trouble = nil }
        patience = Patience()
        return nil
    }

    private func open(_ claimed: ClaimedLetter) async throws -> Letter? {
        do {
            return try SealedLetter(try await keys.open(claimed.sealed, of: claimed.person, as: Self.column)).letter(claimed.template)
        } catch SealError.keyDestroyed {
            return nil
        }
    }

    private func prune() async throws {
        let limit = clock.now - Self.keepTime
        let count = try await database.write { try $0.removeLetters(queuedBefore: limit) }
        if count > 0 { logger.warning("mails that nobody could deliver for 30 days were removed", metadata: ["count": "\(count)"]) }
    }
}
