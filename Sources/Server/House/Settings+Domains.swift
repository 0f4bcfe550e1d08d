import Accounts
import Calls
import Vocabulary
import Web

/// What the settings mean to each domain.
extension Settings {
    var accountsPolicy: Accounts.Policy {
        var policy = Accounts.Policy()
        policy.registration = self.registration
        policy.minimumAge = self.minimumAge
        policy.confirmsEmail = mailCarrier != nil
        policy.idleLifetime = .days(self.sessionIdleDays)
        policy.sessionLifetime = .days(self.sessionDays)
        return policy
    }

    var relay: Relay? {
        self.turnURLs.isEmpty ? nil : Relay(urls: self.turnURLs, secret: self.turnSecret, lifetime: .minutes(self.turnMinutes))
    }

    var mediaLimits: MediaLimits { MediaLimits(megabits: self.mediaBandwidth, packets: self.mediaPackets) }

    var liveLimits: LiveLimits {
        var limits = LiveLimits()
        limits.perPerson = self.socketsPerPerson
        limits.perHousehold = self.socketsPerAddress
        return limits
    }
}
