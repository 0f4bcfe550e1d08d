import Foundation
import Logging
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Mail

/// A letter that was queued is delivered or seen by the owner, whatever happens in between.
@Suite(.timeLimit(.minutes(3))) struct MailQueueTests {
    /// A database, keys, a clock that obeys, and Ana.
    struct Office: Sendable {
        let database: Database
        let keys: KeyRing
        let clock = ManualClock()
        let ana: PersonID

        init(on engine: Engine) async throws {
            database = try await engine.temporary()
            try await database.migrate(MailQueue.migrations)
            let roots = try #require(RootKeys(text: RootKeys.newLine()))
            keys = try await KeyRing.open(try await engine.temporary(), roots: roots)
            ana = PersonID(at: clock.now)
            try await keys.makeKey(for: ana)
        }

        /// A node's queue, delivering to this server.
        func queue(to port: Int?, trusting authority: TestAuthority? = nil) -> MailQueue {
            let carrier = port.flatMap { MailServer("smtp://127.0.0.1:\($0)", authority: authority?.certificate) }.map {
                MailQueue.Carrier(
                    client: SMTPClient($0, connectSeconds: 5, totalSeconds: 10),
                    composer: Composer(
                        from: EmailAddress("sotto@example.org")!, siteName: "Sotto", origin: "https://talk.test", controller: ""))
            }
            let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            return MailQueue(database: database, keys: keys, clock: clock, carrier: carrier, logger: quiet)
        }

        func letter(_ subject: String, to address: String = "ana@example.org") -> Letter {
            Letter(
                LetterTemplate("test", .essential, purpose: "a test"), to: EmailAddress(address)!, in: .english, subject: subject,
                body: "The link: https://talk.test/marker-in-a-letter")
        }

        @discardableResult
        func post(_ letter: Letter, in queue: MailQueue) async throws -> PreparedLetter {
            let prepared = try await queue.prepare(letter, for: ana)
            try await database.write { try queue.queue(prepared, in: $0) }
            queue.wake()
            return prepared
        }
    }

    /// Runs the delivery loops while `body` runs.
    private func running(_ queues: [MailQueue], _ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for queue in queues { group.addTask { try await queue.run() } }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func server(_ authority: TestAuthority, port: Int = 0) async throws -> TestMailServer {
        try await TestMailServer(.startTLS, certificate: authority.certificate(for: ["IP:127.0.0.1"]), port: port)
    }

    @Test(arguments: Engine.all) func aLetterIsDeliveredAndGone(on engine: Engine) async throws {
        let office = try await Office(on: engine)
        let authority = try await TestAuthority()
        let server = try await server(authority)
        let queue = office.queue(to: server.port, trusting: authority)
        try await running([queue]) {
            let posted = try await office.post(office.letter("Hello"), in: queue)
            let mail = try #require(await server.next())
            #expect(mail.recipients == ["ana@example.org"])
            #expect(mail.words.contains("Message-ID: <\(posted.id)@example.org>"))
            try await Eventually.holds { try await queue.count().waiting == 0 }
        }
        #expect(queue.state == MailStatus(delivered: 1, trouble: nil))
    }

    @Test("VEL-41 a server with a bad certificate gets nothing; the letter waits and goes out when it is mended", arguments: Engine.all)
    func aBadCertificateMakesLettersWait(on engine: Engine) async throws {
        let office = try await Office(on: engine)
        let (authority, stranger) = (try await TestAuthority(), try await TestAuthority())
        let bad = try await server(stranger)
        let queue = office.queue(to: bad.port, trusting: authority)
        try await running([queue]) {
            try await office.post(office.letter("Hello"), in: queue)
            try await Eventually.holds { queue.state.trouble == .untrusted }
            #expect(try await queue.count().waiting == 1)
            await bad.stop()
            let good = try await server(authority, port: bad.port)
            office.clock.advance(by: .minutes(10))
            queue.wake()
            #expect(await good.next() != nil)
            try await Eventually.holds { try await queue.count().waiting == 0 && queue.state.trouble == nil }
        }
    }

    @Test("VEL-41 a server without encryption gets nothing; the letter waits") func aPlainServerMakesLettersWait() async throws {
        let office = try await Office(on: .sqlite)
        let plain = try await TestMailServer(.plain)
        let queue = office.queue(to: plain.port)
        try await running([queue]) {
            try await office.post(office.letter("Hello"), in: queue)
            try await Eventually.holds { queue.state.trouble == .unencrypted }
        }
        let waiting = try await queue.waiting()
        #expect(waiting.map(\.attempts) == [0])
        #expect(await plain.next(within: .milliseconds(200)) == nil)
    }

    @Test(arguments: Engine.all) func aServerThatWasAwayGetsEverythingWhenItIsBack(on engine: Engine) async throws {
        let office = try await Office(on: engine)
        let authority = try await TestAuthority()
        let port = FreePort.any()
        let queue = office.queue(to: port, trusting: authority)
        try await running([queue]) {
            for number in 0..<5 { try await office.post(office.letter("Letter \(number)"), in: queue) }
            try await Eventually.holds { queue.state.trouble == .unreachable }
            let server = try await server(authority, port: port)
            office.clock.advance(by: .minutes(10))
            queue.wake()
            var subjects: Set<String> = []
            for _ in 0..<5 {
                let mail = try #require(await server.next())
                subjects.insert(mail.words.split(separator: "\n").first { $0.hasPrefix("Subject: ") }.map(String.init) ?? "")
            }
            #expect(subjects.count == 5)
            try await Eventually.holds { try await queue.count().waiting == 0 }
        }
    }

    @Test(arguments: Engine.all) func twoNodesDeliverEachLetterOnce(on engine: Engine) async throws {
        let office = try await Office(on: engine)
        let authority = try await TestAuthority()
        let server = try await server(authority)
        let nodes = [office.queue(to: server.port, trusting: authority), office.queue(to: server.port, trusting: authority)]
        try await running(nodes) {
            for number in 0..<30 { try await office.post(office.letter("Letter \(number)"), in: nodes[number % 2]) }
            var ids: [String] = []
            for _ in 0..<30 {
                let mail = try #require(await server.next())
                ids.append(mail.words.split(separator: "\n").first { $0.hasPrefix("Message-ID: ") }.map(String.init) ?? "")
            }
            #expect(Set(ids).count == 30)
            try await Eventually.holds { try await nodes[0].count().waiting == 0 }
        }
        #expect(await server.next(within: .milliseconds(200)) == nil)
        #expect(nodes.map(\.state.delivered).reduce(0, +) == 30)
    }

    @Test(arguments: Engine.all) func aNodeThatDiedWithALetterInHandIsReplaced(on engine: Engine) async throws {
        let office = try await Office(on: engine)
        let authority = try await TestAuthority()
        let server = try await server(authority)
        let queue = office.queue(to: server.port, trusting: authority)
        let prepared = try await queue.prepare(office.letter("Hello"), for: office.ana)
        let now = office.clock.now
        let claimed = try await office.database.write { transaction in
            try queue.queue(prepared, in: transaction)
            return try transaction.claimLetter(at: now, until: now + MailQueue.leaseTime)
        }
        #expect(claimed?.id == prepared.id)
        #expect(try await office.database.write { try $0.claimLetter(at: now, until: now + MailQueue.leaseTime) } == nil)
        try await running([queue]) {
            office.clock.advance(by: MailQueue.leaseTime)
            queue.wake()
            #expect(await server.next() != nil)
        }
    }

    @Test(arguments: Engine.all) func aLetterRefusedForGoodIsShownAndCanBeTriedAgainOrThrownAway(on engine: Engine) async throws {
        let office = try await Office(on: engine)
        let authority = try await TestAuthority()
        let server = try await server(authority)
        let queue = office.queue(to: server.port, trusting: authority)
        try await running([queue]) {
            let refused = try await office.post(office.letter("Hello", to: "refused@example.org"), in: queue)
            try await office.post(office.letter("After it"), in: queue)
            #expect(await server.next() != nil)
            try await Eventually.holds { try await queue.count() == (1, 1) }
            let shown = try #require(try await queue.waiting().first)
            #expect(shown.failure == 550 && shown.nextAttempt == nil && shown.recipient.value == "refused@example.org")
            #expect(try await queue.retry(refused.id))
            try await Eventually.holds { try await queue.waiting().first.map { $0.attempts == 1 && $0.failure == 550 } ?? false }
            #expect(try await queue.discard(refused.id))
            #expect(try await queue.count() == (0, 0))
            #expect(try await queue.retry(refused.id) == false)
        }
    }

    @Test func aLetterPostponedIsTriedLaterAndLaterAndGivenUpInTheEnd() async throws {
        let office = try await Office(on: .sqlite)
        let authority = try await TestAuthority()
        let server = try await server(authority)
        let queue = office.queue(to: server.port, trusting: authority)
        try await running([queue]) {
            try await office.post(office.letter("Hello", to: "later@example.org"), in: queue)
            var pauses: [Duration] = []
            for attempt in 1..<Patience.letterAttempts {
                try await Eventually.holds { try await queue.waiting().first?.attempts == attempt }
                let next = try #require(try await queue.waiting().first?.nextAttempt)
                pauses.append(next - office.clock.now)
                office.clock.advance(by: pauses[pauses.count - 1])
                queue.wake()
            }
            try await Eventually.holds { try await queue.waiting().first?.failure == 451 }
            #expect(pauses[0] >= .seconds(22) && pauses[0] <= .seconds(38))
            #expect(pauses[pauses.count - 1] >= .hours(3) && pauses[pauses.count - 1] <= .hours(5))
            let total = pauses.reduce(.zero, +)
            #expect(total > .days(1) && total < MailQueue.keepTime)
        }
    }

    @Test(arguments: Engine.all) func lettersOfSomebodyErasedDisappear(on engine: Engine) async throws {
        let office = try await Office(on: engine)
        let authority = try await TestAuthority()
        let server = try await server(authority)
        let queue = office.queue(to: server.port, trusting: authority)
        let prepared = try await queue.prepare(office.letter("Hello"), for: office.ana)
        try await office.database.write { try queue.queue(prepared, in: $0) }
        try await office.keys.destroyKey(of: office.ana, at: SystemClock().now)
        #expect(try await queue.waiting().isEmpty)
        try await running([queue]) {
            try await Eventually.holds { try await queue.count().waiting == 0 }
        }
        #expect(await server.next(within: .milliseconds(200)) == nil)
    }

    @Test func withoutAMailServerTheOwnerReadsLettersAndWithOneNobodyDoes() async throws {
        let office = try await Office(on: .sqlite)
        let without = office.queue(to: nil)
        let posted = try await office.post(office.letter("Hello"), in: without)
        #expect(try await without.open(posted.id)?.body.value == "The link: https://talk.test/marker-in-a-letter")
        #expect(try await without.waiting().map(\.subject.value) == ["Hello"])
        #expect(try await office.queue(to: 9).open(posted.id) == nil)
        #expect(try await office.queue(to: 9).waiting().count == 1)
    }

    @Test("C58 a waiting letter cannot be read in the database") func aWaitingLetterCannotBeReadInTheDatabase() async throws {
        let office = try await Office(on: .sqlite)
        try await office.post(office.letter("marker-in-a-letter"), in: office.queue(to: nil))
        let rows = try await office.database.read { transaction in
            try transaction.rows("SELECT sealed FROM mail_letter").map { try $0.get("sealed", as: [UInt8].self) }
        }
        #expect(rows.count == 1)
        #expect(rows.allSatisfy { Data($0).range(of: Data("marker".utf8)) == nil && Data($0).range(of: Data("ana".utf8)) == nil })
    }

    @Test func lettersNobodyCouldDeliverGoAfterAMonth() async throws {
        let office = try await Office(on: .sqlite)
        let queue = office.queue(to: nil)
        try await office.post(office.letter("Hello"), in: queue)
        office.clock.advance(by: MailQueue.keepTime + .seconds(1))
        try await running([queue]) {
            try await Eventually.holds { try await queue.count().waiting == 0 }
        }
    }
}
