/// How often each kind of bad input was dropped. The numbers stop at their largest, they never trap.
package struct Tally<Fault: CaseIterable & Hashable & Sendable>: Sendable where Fault: RawRepresentable, Fault.RawValue == UInt8 {
    private var counts = [UInt32](repeating: 0, count: Fault.allCases.count)

    package init() {}

    package subscript(fault: Fault) -> UInt32 { counts[Int(fault.rawValue)] }

    package var total: UInt64 { counts.reduce(0) { $0 &+ UInt64($1) } }

    mutating func count(_ fault: Fault) {
        let place = Int(fault.rawValue)
        if counts[place] < .max { counts[place] += 1 }
    }
}
