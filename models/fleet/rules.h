#pragma once

#include "models/fleet/deviceset.h"

#include <QTime>
#include <QTimeZone>

#include <set>

namespace drover::fleet {

/// What an owner forbids or asks of moves, whoever plans them.
struct Rule {
    /// Residency: these devices live on these stamps alone. Together: these devices share one stamp. Pinned: these devices
    /// stay where they are. Excluded: nothing is moved to these stamps.
    enum class Kind { Residency, Together, Pinned, Excluded };
    Kind kind = Kind::Pinned;
    QString name;
    QString why;
    /// Absent for Excluded.
    std::optional<DeviceSet> devices;
    std::set<StampName> stamps;
};

/// Site-local hours in which a stamp may be changed. One that ends before it begins goes past midnight.
struct Window {
    /// Empty: all stamps.
    std::set<StampName> stamps;
    QTimeZone zone;
    /// Days on which it begins, 1 = Monday … 7 = Sunday; empty: every day.
    std::set<int> days;
    QTime from;
    QTime to;

    bool concerns(const StampName &stamp) const { return stamps.empty() || stamps.contains(stamp); }
    /// When the window closes that is open then; absent when none is.
    std::optional<Instant> closes(Instant at) const;
    /// When it opens next.
    Instant opens(Instant at) const;
};

/// A time in which nothing may be changed.
struct Freeze {
    std::set<StampName> stamps;
    Instant from = {};
    Instant to = {};
    /// The one that it was written in, for its words.
    QTimeZone zone;
    QString why;

    bool concerns(const StampName &stamp) const { return stamps.empty() || stamps.contains(stamp); }
};

struct Rules {
    std::vector<Rule> rules;
    /// A stamp that one of them concerns may be changed inside its windows only.
    std::vector<Window> windows;
    std::vector<Freeze> freezes;
    /// Stamps whose plans a second person must approve.
    std::set<StampName> approvals;
};

/// Malformed with the place of the member that is wrong: "rules[2].devices".
Result<Rules> rulesFromJson(const QByteArray &json);

} // namespace drover::fleet
