#pragma once

#include "models/plan/plan.h"

namespace drover::plan {

/// What a run did to one enrollment, as its journal tells.
struct Trace {
    /// Perhaps: the intent is there, the outcome is not.
    enum class Write { Never, Perhaps, Done };
    Write write = Write::Never;
    /// The record as it was kept before; empty where there was none.
    QByteArray before;
};

/// A run that has ended: its id, its plan, and a trace for each of the plan's steps.
struct Past {
    QString run;
    const Plan &plan;
    std::vector<Trace> traces;
};

/// Check of an undo plan: has anybody changed the enrollments since the run wrote them?
inline const QString undoDrift = QStringLiteral("undo-drift");

/// The way back: every enrollment that the run wrote as it was kept, devices told to register again and verified where
/// they came from, split-out enrollments deleted once their device is home. What somebody changed since is left alone:
/// it blocks the plan, or with `withoutChanged` stays out of it with its devices.
Plan makeUndo(const fleet::Fleet &fleet, const Past &past, bool withoutChanged, Instant now);

} // namespace drover::plan
