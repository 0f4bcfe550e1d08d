/// What a packet of AV1 says of itself in its first byte, the aggregation header (RTP payload format for AV1 §4.4): Z, Y, W and N.
package enum AV1Payload {
    /// Whether a new sequence begins here, which is with a whole picture;
    /// nil when nothing follows that byte, or it says both that it goes on
    /// with a unit and that it begins anew.
    package static func beginsSequence(_ payload: RawSpan) -> Bool? {
        guard payload.byteCount > 1 else { return nil }
        let head = payload.byte(at: 0)
        return head & 0x88 == 0x88 ? nil : head & 0x08 != 0
    }
}
