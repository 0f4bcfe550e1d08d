import Testing
import Vocabulary

@testable import Calls

@Suite struct CallStateTests {
    private let ana = PersonID(at: .init(milliseconds: 1))
    private let ben = PersonID(at: .init(milliseconds: 2))
    private let mallory = PersonID(at: .init(milliseconds: 3))
    private let now = Timestamp(milliseconds: 1_000)

    private func call(_ state: Call.State) -> Call {
        Call(id: .init(at: now), caller: ana, callee: ben, link: nil, state: state, rungAt: now)
    }

    @Test func onlyTheCalleeAnswers() {
        #expect(call(.ringing).state(after: .accept(by: ben), at: now) == .active(since: now))
        #expect(call(.ringing).state(after: .accept(by: ana), at: now) == nil)
        #expect(call(.ringing).state(after: .accept(by: mallory), at: now) == nil)
    }

    @Test func hangingUpBeforeTheAnswerCancelsForTheCallerAndDeclinesForTheCallee() {
        #expect(call(.ringing).state(after: .hangUp(by: ana), at: now) == .ended(.cancelled, at: now))
        #expect(call(.ringing).state(after: .hangUp(by: ben), at: now) == .ended(.declined, at: now))
    }

    @Test func aStrangerCannotEndACall() {
        for state in [Call.State.waiting, .ringing, .active(since: now)] {
            #expect(call(state).state(after: .hangUp(by: mallory), at: now) == nil)
            #expect(call(state).state(after: .decline(by: mallory), at: now) == nil)
        }
    }

    @Test func nothingHappensToACallThatIsOver() {
        let over = call(.ended(.hungUp, at: now))
        for step in [CallStep.accept(by: ben), .decline(by: ben), .hangUp(by: ana), .giveUp, .abandon, .upgrade] {
            #expect(over.state(after: step, at: now) == nil)
        }
    }

    @Test func theCalleeIsToldOfACallTheyCouldNotTake() {
        for reason in EndReason.allCases {
            #expect(call(.ended(reason, at: now)).wasMissed == [.missed, .cancelled, .busy].contains(reason))
        }
    }
}
