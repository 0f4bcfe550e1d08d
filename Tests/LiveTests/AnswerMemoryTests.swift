import TestKit
import Testing
import Vocabulary

@testable import Web

@Suite struct AnswerMemoryTests {
    private let ana = PersonID(named: "Ana")
    private let ben = PersonID(named: "Ben")

    private func id(_ number: Int) throws -> CommandID {
        let digits = String(number)
        return try #require(CommandID("00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits))
    }

    @Test func theSameCommandIsCarriedOutOnceHoweverOftenItIsAsked() async throws {
        let memory = AnswerMemory()
        let id = try id(1)
        let count = Tally()
        let ana = ana
        await withTaskGroup(of: LiveAnswer.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await memory.once(ana, id) {
                        count.add()
                        await Task.yield()
                        return .done([7])
                    }
                }
            }
            for await answer in group {
                guard case .done([7]) = answer else {
                    Issue.record("another answer")
                    continue
                }
            }
        }
        #expect(count.count == 1)
    }

    @Test func twoPeopleMayUseTheSameID() async throws {
        let memory = AnswerMemory()
        let id = try id(1)
        _ = await memory.once(ana, id) { .done([1]) }
        guard case .done([2]) = await memory.once(ben, id, { .done([2]) }) else {
            Issue.record("Ben got Ana's answer")
            return
        }
    }

    @Test func aTemporaryRefusalIsNotRemembered() async throws {
        let memory = AnswerMemory()
        let id = try id(1)
        _ = await memory.once(ana, id) { .refused(.unavailable) }
        guard case .done = await memory.once(ana, id, { .done(nil) }) else {
            Issue.record("the refusal stuck")
            return
        }
        _ = await memory.once(ana, try self.id(2)) { .refused(.notFound) }
        guard case .refused(.notFound) = await memory.once(ana, try self.id(2), { .done(nil) }) else {
            Issue.record("the answer changed")
            return
        }
    }

    @Test func itRemembersAtLeastWhatABrowserKeepsAndNotWithoutEnd() async throws {
        let memory = AnswerMemory()
        for number in 0..<2_000 { _ = await memory.once(ana, try id(number)) { .done([1]) } }
        for number in (2_000 - 256)..<2_000 {
            guard case .done([1]) = await memory.once(ana, try id(number), { .done([2]) }) else {
                Issue.record("command \(number) was forgotten")
                return
            }
        }
        guard case .done([2]) = await memory.once(ana, try id(0), { .done([2]) }) else {
            Issue.record("nothing is ever forgotten")
            return
        }
    }
}
