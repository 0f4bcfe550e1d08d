import Testing
import Web

@Suite("Throttle")
struct ThrottleTests {
    @Test("Of many changes in a moment the first is told at once, and the rest together")
    func gathersInAPause() {
        var throttle = Throttle<Set<Int>> { $0.formUnion($1) }
        #expect(throttle.note([1]) == [1])
        #expect(throttle.note([2]) == nil && throttle.note([3, 2]) == nil)
        #expect(throttle.pauseIsOver() == [2, 3])
        #expect(throttle.note([4]) == nil, "what was gathered begins a pause of its own")
        #expect(throttle.pauseIsOver() == [4])
        #expect(throttle.pauseIsOver() == nil)
        #expect(throttle.note([5]) == [5])
    }

    @Test("Nothing that is noted while others are told is lost, from however many places at once", .timeLimit(.minutes(1)))
    func losesNothing() async {
        let news = ThrottledNews<Set<Int>>(pause: .milliseconds(1)) { $0.formUnion($1) }
        let (told, teller) = AsyncStream.makeStream(of: Set<Int>.self)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<500 { group.addTask { news.note([number]) { teller.yield($0) } } }
        }
        var missing = Set(0..<500)
        for await numbers in told {
            #expect(numbers.isSubset(of: missing), "each is told once")
            missing.subtract(numbers)
            if missing.isEmpty { break }
        }
    }
}
