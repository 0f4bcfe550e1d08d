import NIOCore

/// The addresses of this machine's own network interfaces, loopback and link-local ones left out.
enum LocalAddresses {
    static var all: [String] {
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { $0.address?.ipAddress }.filter {
            !Network.isLoopback($0) && !$0.hasPrefix("fe80:") && !$0.hasPrefix("169.254.")
        }
    }
}
