/// Why a description is not taken.
package enum SDPFault: UInt8, Error, CaseIterable, Sendable {
    /// Longer than any browser writes.
    case tooLong
    /// A line that is none (RFC 8866 §5).
    case line
    /// No name, password or SHA-256 fingerprint, or one that cannot be.
    case transport
    /// Two media sections of one name, or none.
    case mid
    /// One number that means two things (RFC 8285 §5).
    case extensions
    /// Not what was offered to it.
    case mismatch
}
