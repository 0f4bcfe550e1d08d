import Cluster
import Logging
import ServiceLifecycle
import Storage
import Vocabulary

/// Tells the other nodes when a person's key was destroyed, so that their copies in memory go too (C58).
struct KeyNews: Service {
    private static let topic = Topic("keys.destroyed")
    /// Nobody erases more people at once; news that is lost is made good when copies in memory run out.
    private static let waiting = 10_000

    let ring: KeyRing
    let bus: any Bus
    let logger: Logger

    func run() async throws {
        ring.whenDestroyed { [bus] person in bus.publish(person.bytes, to: Self.topic) }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    for await bytes in try await bus.subscribe(to: Self.topic, limit: Self.waiting) {
                        if let person = PersonID(bytes: bytes) { ring.forget(person) }
                    }
                    return
                } catch {
                    logger.warning("other nodes cannot be heard yet", metadata: ["reason": "\(type(of: error))"])
                    // Not at once: a bus that refuses would be asked without end. Meanwhile keys are forgotten by their lifetime.
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
    }
}
