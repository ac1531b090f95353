#pragma once

#include "models/plan/plan.h"

namespace drover::plan {

/// What there is to do at one hub that devices leave.
struct LeavingWork {
    TriggerKind first = TriggerKind::Method;
    qint64 devices = 0;
    /// How many the hub holds, for whoever lists it.
    qint64 population = 0;
    QString title = {};
    fleet::Sku sku = {};
    int jobsAtOnce = 1;
    double jobDevicesPerSecond = 10;
};

/// What there is to do at a hub that devices come to.
struct ArrivingWork {
    qint64 devices = 0;
    qint64 population = 0;
    QString title = {};
    fleet::Sku sku = {};
};

/// A move in numbers: all that its time depends on.
struct Work {
    fleet::DpsLimits dps = {};
    Options options = {};
    /// Devices of each wave.
    std::vector<qint64> waves = {};
    qint64 devices = 0;
    /// Members of each group that is re-pointed.
    std::vector<qint64> groups = {};
    /// Enrollments written one a device, and keys read before one by one.
    qint64 singleWrites = 0;
    qint64 keyReads = 0;
    qint64 removals = 0;
    std::vector<LeavingWork> leaving = {};
    std::vector<ArrivingWork> arriving = {};
};

/// The whole time, that of each wave, and what holds it longest.
struct Estimate {
    Duration whole = {};
    std::vector<Duration> waves = {};
    /// Reading twins and group records before the first wave.
    Duration before = {};
    /// How old what is shown may be while devices are told.
    Duration lag = {};
    QString bottleneck = {};
};
Estimate estimated(const Work &work);

/// Operator-side calls of the run.
int callsOf(const Work &work);

} // namespace drover::plan
