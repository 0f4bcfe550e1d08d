import Media
import Vocabulary
import Web

/// What everybody does.
extension MeetingHall {
    /// Takes the offer of a page, instead of what it sent before, and returns what it answers to.
    ///
    /// - Parameter offer: nil from a page that only looks and listens
    func publish(_ offer: String?, in meeting: ID<Meeting>, _ sender: LiveSender) async throws -> MeetingWelcome {
        let gathering = try gathering(meeting)
        let one = gathering.present[try place(of: sender, in: gathering)]
        do {
            if !gathering.isOpen {
                try await media.open(gathering.room)
                // The last may have gone meanwhile, and nobody else would close it.
                guard gatherings[meeting]?.room == gathering.room else {
                    try await media.close(gathering.room)
                    throw Problem.notFound
                }
                change(meeting) { $0.opened() }
            }
            try await media.leave(gathering.room, one.peer)
            let result = try await media.join(gathering.room, one.peer, offer: offer, sounds: Self.sounds, pictures: Self.pictures)
            // They may have gone while the media server was asked.
            guard let now = gatherings[meeting], now.room == gathering.room, let place = now.place(at: one.seat) else {
                try await media.leave(gathering.room, one.peer)
                throw Problem.notFound
            }
            let welcome = try result.get()
            change(meeting) { gathering in
                gathering.present[place].hasMedia = true
                gathering.present[place].sends = offer != nil
                (gathering.present[place].lost, gathering.present[place].trouble) = ([], nil)
            }
            await silence(one.seat, in: meeting)
            return MeetingWelcome(answer: welcome.answer, slots: welcome.slots)
        } catch let fault as MediaServerFault {
            throw fault.problem
        } catch is JoinFault {
            throw Problem.malformed
        }
    }

    /// Whoever comes back with their media running has missed what was told of them meanwhile.
    func remind(_ seat: UInt64, in meeting: ID<Meeting>) async {
        guard let gathering = gatherings[meeting], let place = gathering.place(at: seat) else { return }
        try? await media.remind(gathering.room, gathering.present[place].peer)
    }

    func accept(_ answer: String, in meeting: ID<Meeting>, _ sender: LiveSender) async throws {
        let gathering = try gathering(meeting)
        let one = gathering.present[try place(of: sender, in: gathering)]
        do {
            guard try await media.accept(gathering.room, one.peer, answer: answer) == nil else { throw Problem.malformed }
        } catch let fault as MediaServerFault {
            throw fault.problem
        }
    }

    func view(_ tiles: [MeetingView.Tile], in meeting: ID<Meeting>, _ sender: LiveSender) async throws {
        let gathering = try gathering(meeting)
        let one = gathering.present[try place(of: sender, in: gathering)]
        guard one.hasMedia else { return }
        let wishes = tiles.prefix(Self.pictures).map { tile in
            PictureWish(MediaPeerID(tile.seat), tile.track == .screen ? .screen : .camera, encoding: min(tile.encoding, 2))
        }
        try? await media.watch(gathering.room, one.peer, Array(wishes))
    }

    /// A page says what it sends.
    func tracks(_ tracks: MeetingTracks, _ sender: LiveSender) async throws {
        let place = try place(of: sender, in: try gathering(tracks.meeting))
        let seat = change(tracks.meeting) { gathering -> UInt64 in
            let one = gathering.present[place]
            // A page that was away when a host took the word does not know of it yet, and believes its microphone to be on.
            let mayTakeBack = !one.isMuted || (tracks.mutes ?? 0) >= one.mutes
            gathering.present[place].microphone = tracks.microphone && mayTakeBack
            if tracks.microphone, mayTakeBack { gathering.present[place].isMuted = false }
            gathering.present[place].camera = tracks.camera
            gathering.present[place].screen = tracks.screen ?? false
            gathering.present[place].screenSound = tracks.screenSound ?? false
            return gathering.present[place].seat
        }
        if let seat { await silence(seat, in: tracks.meeting) }
    }

    func raise(_ isRaised: Bool, in meeting: ID<Meeting>, _ sender: LiveSender) throws {
        let place = try place(of: sender, in: try gathering(meeting))
        change(meeting) { gathering in
            let number = isRaised ? gathering.present[place].hand ?? gathering.nextHand() : nil
            gathering.present[place].hand = number
        }
    }

    /// Lets through what somebody may and wants to send, and nothing else.
    func silence(_ seat: UInt64, in meeting: ID<Meeting>) async {
        guard let gathering = gatherings[meeting], let place = gathering.place(at: seat) else { return }
        let one = gathering.present[place]
        guard one.hasMedia, one.sends else { return }
        try? await media.silence(gathering.room, one.peer, .microphone, !one.isHeard)
        try? await media.silence(gathering.room, one.peer, .camera, !one.isSeen)
        try? await media.silence(gathering.room, one.peer, .screen, !one.isSharing)
        try? await media.silence(gathering.room, one.peer, .screenSound, !one.isSounding)
    }
}

// MARK: - What the media server tells

extension MeetingHall {
    func hear(_ event: MediaEvent) {
        switch event {
        case .slots(let room, let peer, let views):
            guard let (meeting, one) = find(room, peer) else { return }
            let slots = views.map {
                MeetingSlots.Slot(
                    mid: $0.mid, seat: $0.peer?.number, track: $0.track.map { "\($0)" }, isPaused: $0.isPaused, isForeign: $0.isForeign)
            }
            ground.live.send(MeetingSlots(meeting: meeting, slots: slots), toConnection: one.connection)
        case .speakers(let room, let peers):
            guard let meeting = byRoom[room] else { return }
            tellAll(MeetingSpeakers(meeting: meeting, seats: peers.map(\.number)), in: meeting)
        case .encodings(let room, let peer, .camera, let count):
            guard let (meeting, one) = find(room, peer) else { return }
            ground.live.send(MeetingEncodings(meeting: meeting, count: count), toConnection: one.connection)
        case .encodings: return
        case .codec(let room, let peer, let track, let codec):
            guard let (meeting, one) = find(room, peer) else { return }
            ground.live.send(MeetingCodec(meeting: meeting, track: "\(track)", codec: codec.name), toConnection: one.connection)
        case .trouble(let room, let peer, let trouble):
            guard let (meeting, one) = find(room, peer) else { return }
            change(meeting) { gathering in
                guard let place = gathering.place(at: one.seat) else { return }
                gathering.present[place].trouble = trouble
            }
        case .connection(let room, let peer, let side, let state):
            guard let (meeting, one) = find(room, peer) else { return }
            change(meeting) { gathering in
                guard let place = gathering.place(at: one.seat) else { return }
                if state == .doubtful || state == .ended {
                    gathering.present[place].lost.insert(side)
                } else {
                    gathering.present[place].lost.remove(side)
                }
            }
        }
    }

    private func find(_ room: MediaRoomID, _ peer: MediaPeerID) -> (ID<Meeting>, Gathering.Attendance)? {
        guard let meeting = byRoom[room], let gathering = gatherings[meeting], let place = gathering.place(at: peer.number) else {
            return nil
        }
        return (meeting, gathering.present[place])
    }
}

extension MediaServerFault {
    /// As people are told.
    var problem: Problem {
        switch self {
        case .busy: Problem(.serviceUnavailable, "problem.mediaBusy", retryAfter: 10)
        case .socket, .notRunning, .noIdentity: .unavailable
        }
    }
}
