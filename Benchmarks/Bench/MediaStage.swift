import Calls
import Foundation
import Hummingbird
import Logging
import Media

/// The media server alone, with a door for clients of any make: `POST /join`, `/accept` and `/watch` on a port of 127.0.0.1. One room.
struct MediaStage {
    let port: Int

    private struct Join: Decodable {
        /// Nil from who only looks and listens.
        let offer: String?
        let sounds: Int
        let pictures: Int
    }

    private struct Joined: ResponseEncodable {
        let peer: UInt64
        let answer: String?
        let slots: String
    }

    private struct Accept: Decodable {
        let peer: UInt64
        let answer: String
    }

    private struct Watch: Decodable {
        let peer: UInt64
        let cameras: [UInt64]
    }

    private actor Seats {
        private var last: UInt64 = 0

        func next() -> MediaPeerID {
            last += 1
            return MediaPeerID(last)
        }
    }

    func run() async throws {
        let media = MediaServer(port: 0, addresses: ["127.0.0.1"], logger: Logger(label: "bench"))
        let room = MediaRoomID(1)
        try await media.open(room)
        let seats = Seats()
        let router = Router()
        router.post("/join") { request, context -> Joined in
            let wish = try await request.decode(as: Join.self, context: context)
            let peer = await seats.next()
            let welcome = try await media.join(room, peer, offer: wish.offer, sounds: wish.sounds, pictures: wish.pictures).get()
            return Joined(peer: peer.number, answer: welcome.answer, slots: welcome.slots)
        }
        router.post("/accept") { request, context -> HTTPResponse.Status in
            let wish = try await request.decode(as: Accept.self, context: context)
            return try await media.accept(room, MediaPeerID(wish.peer), answer: wish.answer) == nil ? .noContent : .badRequest
        }
        router.post("/watch") { request, context -> HTTPResponse.Status in
            let wish = try await request.decode(as: Watch.self, context: context)
            try await media.watch(room, MediaPeerID(wish.peer), wish.cameras.map { PictureWish(MediaPeerID($0), .camera) })
            return .noContent
        }
        let server = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), services: [media])
        try await server.run()
    }
}
