#pragma once

#include "models/fleet/fleet.h"
#include "models/run/runstatus.h"

namespace drover::console {

/// What people call the hubs of the fleet: the names of their stamps.
class StampNames final {
public:
    StampNames() = default;
    explicit StampNames(const fleet::Fleet &fleet);
    /// Names by lower-case host.
    explicit StampNames(std::map<QString, QString> names);

    /// The sentence with each known hub host replaced by its stamp's name.
    QString in(const QString &sentence) const;
    /// The same for all that people read of a run.
    run::RunStatus in(run::RunStatus status) const;

    friend bool operator==(const StampNames &, const StampNames &) = default;

private:
    std::map<QString, QString> m_names;
};

} // namespace drover::console
