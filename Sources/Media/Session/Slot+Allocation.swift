extension Slot {
    /// What its sound is worth; nothing of one that nobody hears.
    func soundRate(at now: Instant) -> UInt64 {
        guard !line.isVideo, let publication, !publication.isSilenced else { return 0 }
        if publication.name == .screenSound { return Allocator.screenSoundRate }
        let isDouble = publication.track.formats.first?.codec == .red && subscriber.repeatsSounds(of: publication, at: now)
        return isDouble ? Allocator.soundRate * 2 : Allocator.soundRate
    }

    /// What the slot would be given if there were no end of room. **An
    /// encoding that has not begun counts as the smallest there is**, so that
    /// a picture is asked for before its first packet.
    func wish(at now: Instant) -> Allocator.Wish {
        guard let publication else { return .init(most: 0, current: nil, rates: [1]) }
        var rates = publication.encodings.map { $0.rate.bitsPerSecond(at: now) }
        if rates.allSatisfy({ $0 == 0 }), !rates.isEmpty { rates[0] = 1 }
        return .init(most: wanted, current: encoding, rates: rates)
    }
}
