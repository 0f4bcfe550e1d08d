package import Media

/// What the domain of meetings asks for. Who may do what is its business; this does as it is told.
extension MediaServer {
    /// A meeting begins, unless there is so much to do that it would harm the others.
    package func open(_ room: MediaRoomID) async throws(MediaServerFault) {
        try start()
        if let statistics, statistics.load.isHigh {
            statistics.refusedRoom()
            throw .busy
        }
        try await ask { engine, _ in engine.open(room) }
    }

    /// Ends the meeting for all.
    package func close(_ room: MediaRoomID) async throws(MediaServerFault) {
        try await ask { engine, _ in engine.close(room) }
    }

    /// Takes the offer of what a participant sends, or none of who only looks and
    /// listens. Returns our answer, and our offer of so many slots for what it receives.
    package func join(
        _ room: MediaRoomID, _ peer: MediaPeerID, offer: String?, sounds: Int, pictures: Int
    ) async throws(MediaServerFault) -> Result<MediaEngine.Welcome, JoinFault> {
        try await ask { engine, _ in
            do throws(JoinFault) {
                return .success(try engine.join(room, peer, offer: offer, sounds: sounds, pictures: pictures))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Takes the participant's answer to the slots. Nil when all is well.
    package func accept(_ room: MediaRoomID, _ peer: MediaPeerID, answer: String) async throws(MediaServerFault) -> JoinFault? {
        try await ask { engine, _ in
            do throws(JoinFault) {
                try engine.accept(room, peer, answer: answer)
                return nil
            } catch {
                return error
            }
        }
    }

    /// Takes the offer of a browser that begins ICE anew, as after a change of network, and returns our answer. Nobody hears it.
    package func restartPublishing(
        _ room: MediaRoomID, _ peer: MediaPeerID, offer: String
    ) async throws(MediaServerFault) -> Result<String, JoinFault> {
        try await ask { engine, _ in
            do throws(JoinFault) {
                return .success(try engine.restartPublishing(room, peer, offer: offer))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Offers the same slots with a new beginning of ICE; `accept` takes the answer.
    package func restartReceiving(_ room: MediaRoomID, _ peer: MediaPeerID) async throws(MediaServerFault) -> Result<String, JoinFault> {
        try await ask { engine, _ in
            do throws(JoinFault) {
                return .success(try engine.restartReceiving(room, peer))
            } catch {
                return .failure(error)
            }
        }
    }

    package func leave(_ room: MediaRoomID, _ peer: MediaPeerID) async throws(MediaServerFault) {
        try await ask { engine, _ in engine.leave(room, peer) }
    }

    /// Whose pictures a participant wants to see, the most important first, and how large.
    package func watch(_ room: MediaRoomID, _ peer: MediaPeerID, _ wishes: [PictureWish]) async throws(MediaServerFault) {
        try await ask { engine, now in engine.watch(room, peer, wishes, at: now) }
    }

    /// Tells a participant again what it may have missed.
    package func remind(_ room: MediaRoomID, _ peer: MediaPeerID) async throws(MediaServerFault) {
        try await ask { engine, _ in engine.remind(room, peer) }
    }

    /// Takes somebody's word for all others, or lets it through again. Their device stays as it is.
    package func silence(
        _ room: MediaRoomID, _ peer: MediaPeerID, _ track: TrackName, _ isSilenced: Bool
    ) async throws(MediaServerFault) {
        try await ask { engine, _ in engine.silence(room, peer, track, isSilenced) }
    }
}
