/// What is wrong with the settings: one line for each mistake, with the name of the setting and how to mend it. Never a secret's value.
package struct SettingsProblem: Error, Equatable, CustomStringConvertible {
    package let lines: [String]

    package var description: String { lines.joined(separator: "\n") }
}
