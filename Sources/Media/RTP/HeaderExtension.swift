/// The header extensions (RFC 8285) that the server knows. What else a packet carries ends here.
package enum HeaderExtension: UInt8, CaseIterable, Sendable {
    case mid = 1
    case streamID, repairedStreamID, transportSequence, absoluteSendTime, audioLevel, videoOrientation
    case dependencyDescriptor, absoluteCaptureTime, playoutDelay, videoLayersAllocation

    /// Its name in a description.
    package var uri: String {
        switch self {
        case .mid: "urn:ietf:params:rtp-hdrext:sdes:mid"
        case .streamID: "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
        case .repairedStreamID: "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
        case .transportSequence: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
        case .absoluteSendTime: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
        case .audioLevel: "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
        case .videoOrientation: "urn:3gpp:video-orientation"
        case .dependencyDescriptor: "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"
        case .absoluteCaptureTime: "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"
        case .playoutDelay: "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
        case .videoLayersAllocation: "http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00"
        }
    }
}

/// Which number stands for which extension in one description. The side that offers chooses; in our own offers each has its raw value.
package struct HeaderExtensionIDs: Sendable {
    /// Browsers number from 1 to 14, also where they use the longer form.
    package static let numbers: ClosedRange<UInt8> = 1...14

    private var meanings = InlineArray<16, UInt8>(repeating: 0)

    /// None; nothing is read until something was agreed.
    package init() {}

    /// Those of our own offers.
    package static var ours: HeaderExtensionIDs {
        var ids = HeaderExtensionIDs()
        for meaning in HeaderExtension.allCases { _ = ids.agree(meaning.rawValue, means: meaning) }
        return ids
    }

    /// False for a number that none can have or that is taken (RFC 8285 §5).
    package mutating func agree(_ number: UInt8, means meaning: HeaderExtension) -> Bool {
        guard Self.numbers.contains(number), meanings[Int(number)] == 0 else { return false }
        meanings[Int(number)] = meaning.rawValue
        return true
    }

    func meaning(of number: UInt8) -> HeaderExtension? {
        Self.numbers.contains(number) ? HeaderExtension(rawValue: meanings[Int(number)]) : nil
    }
}
