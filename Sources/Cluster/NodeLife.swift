/// One life of one node, from its start to its end: another start is another life.
package struct NodeLife: Hashable, Sendable {
    /// 48 random bits.
    package let bits: UInt64

    package init(bits: UInt64) {
        self.bits = bits & 0xFFFF_FFFF_FFFF
    }

    package static func random() -> NodeLife { NodeLife(bits: .random(in: .min ... .max)) }
}
