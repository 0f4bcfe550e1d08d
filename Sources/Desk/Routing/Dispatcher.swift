import Logging
import ServiceLifecycle
import Synchronization
package import Vocabulary
import Web

/// Has what waits given out: at once when something happens, on the second when an offer ends, and every now and then for what a
/// node could not tell before it vanished.
///
/// Each node gives out what happened on it, in a transaction that only one of them is in at a time; so nothing needs to be told around.
package final class Dispatcher: Sendable {
    /// How often what another node left behind is looked for.
    static let sweepEvery = Duration.seconds(2)
    /// Offers that somebody lets pass one after another before they count as away.
    static let mostMissed = 3

    private let wakes: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation
    private let alarm = Mutex<Task<Void, Never>?>(nil)
    let ground: Ground
    /// That something changed which those who watch the desk are to ask for again.
    let changes = ThrottledNews<Void>(pause: .seconds(1)) { _, _ in }

    init(_ ground: Ground) {
        self.ground = ground
        // Several wakes at once call for one look.
        (wakes, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Something happened that may let somebody be answered.
    package func wake() {
        waker.yield()
        tellWatchers()
    }

    /// Gives out until the server stops.
    func run(_ desk: Desk) async {
        wake()
        for await _ in wakes {
            var due: Timestamp?
            do {
                due = try await desk.route().due
            } catch {
                desk.ground.logger.error("enquiries cannot be given out, it is tried again", metadata: ["error": "\(error)"])
            }
            setAlarm(due.map { $0 - desk.ground.clock.now })
            guard !Task.isCancelled else { return }
        }
        alarm.withLock { $0?.cancel() }
    }

    private func setAlarm(_ time: Duration?) {
        let pause = min(max(time ?? Self.sweepEvery, .milliseconds(1)), Self.sweepEvery)
        alarm.withLock { alarm in
            alarm?.cancel()
            alarm = Task { [waker] in
                do {
                    // The clock that ends offers on the second: nothing else happens then that could wake anybody.
                    try await Task.sleep(for: pause)
                    waker.yield()
                } catch {
                    // Something happened before, and another alarm is set.
                }
            }
        }
    }
}

/// Runs a desk's dispatcher, and notices agents whose node vanished.
struct DispatcherService: Service {
    let desk: Desk

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await desk.dispatcher.run(desk) }
                group.addTask {
                    try? await Rounds(every: Dispatcher.sweepEvery, logger: desk.ground.logger) { try await desk.forgetDeadLinks() }.run()
                }
            }
        }
    }
}
