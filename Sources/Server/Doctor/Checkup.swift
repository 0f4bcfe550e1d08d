import Vocabulary

/// Everything the doctor looks at. Each look changes nothing that matters and ends within seconds.
struct Checkup: Sendable {
    let settings: Settings
    let clock: any WallClock

    init(_ settings: Settings, clock: any WallClock = SystemClock()) {
        self.settings = settings
        self.clock = clock
    }

    /// Reports each finding as soon as it is there.
    func run(_ report: (Finding) -> Void) async {
        report(.well("Settings", "all of them can be read"))
        report(pages())
        report(time())
        report(folder())
        report(disk())
        report(files())
        for finding in await database() { report(finding) }
        report(await port())
        report(name())
        report(await meetings())
        report(line())
        report(certificate())
        report(await mail())
        for finding in await relays() { report(finding) }
        report(await bus())
    }
}
