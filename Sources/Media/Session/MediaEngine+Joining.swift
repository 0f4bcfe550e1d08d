extension MediaEngine {
    /// What a participant needs to know to join.
    package struct Welcome: Sendable {
        /// Our answer to its offer; nil when it made none.
        package let answer: String?
        /// Our offer of what it will receive, to be answered with `accept`.
        package let slots: String
    }

    /// Takes the offer of a participant's publishing connection, or none of
    /// who only looks and listens. What it receives has room for so many
    /// sounds and pictures, for good.
    package func join(
        _ room: MediaRoomID, _ peer: MediaPeerID, offer text: String?, sounds: Int, pictures: Int
    ) throws(JoinFault) -> Welcome {
        guard let found = rooms[room] else { throw .noRoom }
        guard found.member(peer) == nil else { throw .taken }
        guard found.members.count < Self.mostMembers else { throw .full }
        let slots = SlotOffer(
            lines: lines(sounds: sounds, pictures: pictures), name: ICECredentials(using: &random).fragment, codecs: codecs)
        let theirs = ICECredentials(using: &random)
        var publisher: Publisher?
        var answer: String?
        if let text { (publisher, answer) = try self.publisher(text, found.ordered(codecs)) }
        let version = SessionVersion(session: random.next())
        guard
            let subscriber = Subscriber(
                theirs, offer: slots, timeOfDay: timeOfDay, version: version, identity: identity, batch: outgoing, using: &random)
        else { throw .failed }
        if let publisher { add(publisher) }
        add(subscriber)
        found.add(Room.Member(peer, publisher, subscriber))
        return Welcome(answer: answer, slots: slots.text(local(theirs, version)))
    }

    private func publisher(_ text: String, _ codecs: [Codec]) throws(JoinFault) -> (Publisher?, String?) {
        let offer = try read(text, codecs)
        let mine = ICECredentials(using: &random)
        let version = SessionVersion(session: random.next())
        guard
            let publisher = Publisher(
                mine, offer: offer, source: random.next(), timeOfDay: timeOfDay, version: version, identity: identity, batch: outgoing
            )
        else { throw .failed }
        return (publisher, offer.answer(local(mine, version)))
    }

    private func read(_ text: String, _ codecs: [Codec]) throws(JoinFault) -> PublishOffer {
        do throws(SDPFault) { return try PublishOffer(parsing: text, codecs: codecs) } catch { throw .offer(error) }
    }

    /// Takes the answer to `Welcome.slots`, or to what `restartReceiving` wrote.
    package func accept(_ room: MediaRoomID, _ peer: MediaPeerID, answer: String) throws(JoinFault) {
        guard let member = rooms[room]?.member(peer) else { throw .noRoom }
        do throws(SDPFault) {
            guard member.subscriber.accept(try member.subscriber.offer.accept(answer)) else { throw .mismatch }
        } catch { throw .offer(error) }
    }

    /// Takes the offer of a browser that begins ICE anew, as after a change of network, and returns our answer. Keys and media stay.
    package func restartPublishing(_ room: MediaRoomID, _ peer: MediaPeerID, offer text: String) throws(JoinFault) -> String {
        guard let publisher = rooms[room]?.member(peer)?.publisher else { throw .noRoom }
        // What it is sent in does not change in the middle.
        let offer = try read(text, publisher.offer.codecs)
        guard offer.transport.fingerprint == publisher.offer.transport.fingerprint,
            offer.tracks.map(\.mid) == publisher.offer.tracks.map(\.mid)
        else { throw .offer(.mismatch) }
        guard let mine = restart(publisher), publisher.expect(offer.transport) else { throw .failed }
        return offer.answer(local(mine, publisher.version))
    }

    /// Offers the same slots with a new beginning of ICE; `accept` takes the answer.
    package func restartReceiving(_ room: MediaRoomID, _ peer: MediaPeerID) throws(JoinFault) -> String {
        guard let subscriber = rooms[room]?.member(peer)?.subscriber else { throw .noRoom }
        guard let mine = restart(subscriber) else { throw .failed }
        return subscriber.offer.text(local(mine, subscriber.version))
    }

    /// What a participant wants to see, the most important first: the speaker, a screen. Costs no SDP.
    package func watch(_ room: MediaRoomID, _ peer: MediaPeerID, _ wishes: [PictureWish], at now: Instant) {
        rooms[room]?.watch(wishes, by: peer, at: now)
    }

    /// Tells a participant again what it may have missed while nobody could tell it anything.
    package func remind(_ room: MediaRoomID, _ peer: MediaPeerID) {
        rooms[room]?.remind(peer) { events.append($0) }
    }

    /// Takes somebody's word, for all; only the participant's own page turns a device on.
    package func silence(_ room: MediaRoomID, _ peer: MediaPeerID, _ track: TrackName, _ isSilenced: Bool) {
        rooms[room]?.silence(peer, track, isSilenced)
    }

    private func lines(sounds: Int, pictures: Int) -> [SlotOffer.Line] {
        let sounds = min(max(sounds, 0), SlotOffer.mostSlots / 2)
        let pictures = min(max(pictures, 0), SlotOffer.mostSlots - sounds)
        return (0..<sounds + pictures).map { place in
            let isVideo = place >= sounds
            return SlotOffer.Line(
                mid: "\(place)", isVideo: isVideo, source: random.next() | 1, repeats: isVideo ? random.next() | 1 : nil,
                stream: "s\(isVideo ? place - sounds : place)")
        }
    }
}
