package import ServiceLifecycle

/// Hears what the media server tells, for as long as the server runs.
struct MeetingKeeper: Service {
    let hall: MeetingHall

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await event in hall.media.events { await hall.hear(event) }
            // The stream ends with the media server; a service that ended by itself would end the whole Sotto.
            try? await gracefulShutdown()
        }
    }
}
