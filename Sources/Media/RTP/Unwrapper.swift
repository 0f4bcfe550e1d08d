/// Numbers that start again at zero, told apart by how near they are to the highest so far (RFC 3550 §A.1).
///
/// Each comes out 64 bits wide; the first one as it is plus one turn, so that a packet from just before it is no negative number.
package struct Unwrapper<Number: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    package private(set) var highest: UInt64?

    package init() {}

    /// The number at full width, which becomes the highest if it is higher.
    package mutating func unwrap(_ number: Number) -> UInt64 {
        let wide = place(of: number)
        highest = max(highest ?? wide, wide)
        return wide
    }

    /// Where the number belongs, without remembering it.
    package func place(of number: Number) -> UInt64 {
        guard let highest else { return UInt64(Number.max) + 1 + UInt64(number) }
        let ahead = number &- Number(truncatingIfNeeded: highest)
        let half = Number.max / 2 + 1
        if ahead < half { return highest &+ UInt64(ahead) }
        let behind = UInt64(0 &- ahead)
        return highest >= behind ? highest - behind : UInt64(number)
    }
}
