import Foundation

/// Where things are kept when nobody says otherwise: the XDG base directories, or the system's own folders for root.
enum StandardFolders {
    private static var environment: [String: String] { ProcessInfo.processInfo.environment }
    private static var isRoot: Bool { geteuid() == 0 }

    /// `/var/lib/sotto` for root, `$XDG_DATA_HOME/sotto` or `~/.local/share/sotto` for everybody else.
    static var data: String { isRoot ? "/var/lib/sotto" : home(variable: "XDG_DATA_HOME", else: ".local/share") }

    /// `/etc/sotto` for root, `$XDG_CONFIG_HOME/sotto` or `~/.config/sotto` for everybody else. Never inside the data directory:
    /// the root key is here, and a copy of the data alone must be unreadable (C58).
    static var settings: String { isRoot ? "/etc/sotto" : home(variable: "XDG_CONFIG_HOME", else: ".config") }

    /// `~/` and `~` as the home directory.
    static func expand(_ path: String) -> String {
        path == "~" || path.hasPrefix("~/") ? NSHomeDirectory() + path.dropFirst() : path
    }

    private static func home(variable: String, else folder: String) -> String {
        if let given = environment[variable], given.hasPrefix("/") { return given + "/sotto" }
        return NSHomeDirectory() + "/" + folder + "/sotto"
    }
}
