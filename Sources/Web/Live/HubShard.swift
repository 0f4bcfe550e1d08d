import NIOCore
import Vocabulary

/// The connections of one event loop. **Touched only there.**
final class HubShard {
    /// Parts of a second in which connections take their turns to be looked after. Who came together would otherwise be asked for a sign
    /// of life together: thousands of them at once, while those who talk wait for a tenth of a second.
    static let turns = 50
    static let pace = TimeAmount.milliseconds(1000 / Int64(turns))

    let index: Int
    let loop: any EventLoop
    let tick: FlushTick
    private unowned let hub: Hub
    /// By the turn they have, which is their number's.
    private var connections = [[UInt64: LiveConnection]](repeating: [:], count: turns)
    private var count = 0
    private var people: [PersonID: [LiveConnection]] = [:]
    private var streams: [StreamID: [LiveConnection]] = [:]
    private var counted: UInt64 = 0
    private var beating: RepeatedTask?
    private var turn = 0
    private var nextTurn = NIODeadline.now()

    init(index: Int, loop: any EventLoop, hub: Hub) {
        self.index = index
        self.loop = loop
        self.hub = hub
        tick = FlushTick(loop)
    }

    /// A number no other connection of this shard has.
    func nextNumber() -> UInt64 {
        counted += 1
        return counted
    }

    func connection(_ number: UInt64) -> LiveConnection? { connections[Self.turn(of: number)][number] }

    /// How many turns are to be taken when the next was due at a moment: all of them after a second or more.
    static func turnsDue(since due: NIODeadline, at now: NIODeadline) -> Int {
        now < due ? 0 : Int(min((now - due).nanoseconds / pace.nanoseconds + 1, Int64(turns)))
    }

    static func turn(of number: UInt64) -> Int { Int(number % UInt64(turns)) }

    func add(_ connection: LiveConnection) {
        let number = connection.sender.connection.number
        if connections[Self.turn(of: number)].updateValue(connection, forKey: number) == nil { count += 1 }
        people[connection.sender.person, default: []].append(connection)
        startBeating()
    }

    func remove(_ connection: LiveConnection) {
        let number = connection.sender.connection.number
        if connections[Self.turn(of: number)].removeValue(forKey: number) != nil { count -= 1 }
        people.drop(connection, from: connection.sender.person)
        for subscription in connection.subscriptions { unsubscribe(connection, from: subscription.stream) }
        if count == 0 {
            beating?.cancel()
            beating = nil
        }
    }

    func subscribe(_ connection: LiveConnection, to stream: StreamID) {
        streams[stream, default: []].append(connection)
        hub.listen(to: stream, from: index)
    }

    func unsubscribe(_ connection: LiveConnection, from stream: StreamID) {
        if streams.drop(connection, from: stream) { hub.unlisten(to: stream, from: index) }
    }

    func hasConnections(of person: PersonID) -> Bool { people[person] != nil }

    func send(_ frame: LiveFrame, to person: PersonID) {
        for connection in people[person] ?? [] { connection.send(frame) }
    }

    func deliver(_ batch: StreamBatch) {
        for connection in streams[batch.stream] ?? [] { connection.deliver(batch) }
    }

    func unlisten(_ person: PersonID, to stream: StreamID) {
        for connection in people[person] ?? [] { connection.unlisten(to: stream, tells: true) }
    }

    func disconnect(_ person: PersonID, session: String?, because goodbye: LiveGoodbye) {
        for connection in people[person] ?? [] where session == nil || connection.session == session { connection.leave(because: goodbye) }
    }

    /// One timer for all of them: a timer a connection would weigh more than the rest of it.
    private func startBeating() {
        guard beating == nil else { return }
        let shard = NIOLoopBound(self, eventLoop: loop)
        nextTurn = .now() + Self.pace
        beating = loop.scheduleRepeatedTask(initialDelay: Self.pace, delay: Self.pace) { _ in shard.value.beat() }
    }

    private func beat() {
        let now = NIODeadline.now()
        // Each has its turn once a second, however late a busy loop comes to it.
        for _ in 0..<Self.turnsDue(since: nextTurn, at: now) {
            turn = (turn + 1) % Self.turns
            // By the time at which it was due: turns that come a little early or late would each make three seconds four.
            for connection in connections[turn].values { connection.beat(at: nextTurn) }
            nextTurn = nextTurn + Self.pace
        }
        if nextTurn <= now { nextTurn = now + Self.pace }
    }
}

extension [PersonID: [LiveConnection]] {
    fileprivate mutating func drop(_ connection: LiveConnection, from person: PersonID) {
        self[person]?.removeAll { $0 === connection }
        if self[person]?.isEmpty == true { self[person] = nil }
    }
}

extension [StreamID: [LiveConnection]] {
    /// True when nobody is left.
    @discardableResult
    fileprivate mutating func drop(_ connection: LiveConnection, from stream: StreamID) -> Bool {
        guard self[stream] != nil else { return false }
        self[stream]?.removeAll { $0 === connection }
        guard self[stream]?.isEmpty == true else { return false }
        self[stream] = nil
        return true
    }
}
