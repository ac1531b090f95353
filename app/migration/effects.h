#pragma once

#include "app/migration/journalstore.h"
#include "models/run/runmachine.h"

#include <QCoroTask>

#include <stop_token>

namespace drover::migration {

/// Devices to be told together.
struct Order {
    plan::TriggerKind kind = plan::TriggerKind::Job;
    /// Of the run and the batch: a job is found again by it.
    QString name;
    std::vector<run::DeviceIndex> devices;
    /// Told before, and nobody knows what became of it.
    bool again = false;
    /// Those not told yet need not be told any more.
    std::stop_token callOff = {};
    /// Whoever asked is gone, and so may this be.
    std::stop_token gone = {};
};

/// What was seen, and what it cost.
struct Look {
    std::vector<run::Sighting> sightings;
    int calls = 0;
    int dpsCalls = 0;
    /// What part of it got no answer, and why.
    std::optional<Error> trouble = {};
    /// The provisioning service or a target was silent, not only a source.
    bool ahead = false;
};

/// Everything a run does to the world and asks of it. One implementation is Azure; tests have another.
class Effects {
public:
    virtual ~Effects() = default;

    virtual Instant now() const = 0;
    /// On that clock; false when stopped.
    virtual QCoro::Task<bool> wait(Duration span, std::stop_token stop) = 0;
    virtual qint64 calls() const = 0;
    /// A service that does not bear its whole limit now, in a sentence; empty while all do.
    virtual QString slowed() const { return {}; }

    /// The plan that is carried out from now on, and what its journal kept of the time before.
    virtual void begin(const plan::Plan &plan, Snapshots kept) = 0;
    /// The share of the DPS quota that the run may use from now on.
    virtual void setPace(double share) = 0;
    /// The provisioning service, whose budget all runs share; empty for none.
    virtual QString service() const { return {}; }
    /// So many runs use it now, this one among them.
    virtual void setSharers(int runs) { Q_UNUSED(runs) }
    /// One cheap call, so that the clock knows the services' time before anything is timed.
    virtual QCoro::Task<Result<void>> greet(std::stop_token stop) = 0;
    /// Every enrollment of the plan as it is now; Conflict when one is not what the plan was made with.
    virtual QCoro::Task<Result<std::vector<EnrollmentSnapshot>>> readEnrollments(std::stop_token stop) = 0;
    /// The twins of devices that are still on their source.
    virtual QCoro::Task<Result<std::vector<TwinSnapshot>>> readTwins(
        std::vector<run::DeviceIndex> devices, std::stop_token stop)
        = 0;
    /// Whether the wave's enrollments that were not written yet are still those that the plan was made with, and its
    /// targets have room; an error that names what was and what is where not.
    virtual QCoro::Task<Result<void>> drift(const run::RunMachine &known, int wave, std::stop_token stop) = 0;
    /// One outcome a step; NotSent with a reason means: nobody can go on before a person acts.
    virtual QCoro::Task<std::vector<run::WriteOutcome>> write(std::vector<run::StepIndex> steps) = 0;
    virtual QCoro::Task<run::ReadBackDone> readBack(run::StepIndex step) = 0;
    virtual QCoro::Task<run::TriggerOutcome> trigger(run::DeviceIndex device) = 0;
    /// One outcome a device; none at all when it is not known what became of the order.
    virtual QCoro::Task<std::vector<run::TriggerOutcome>> tell(Order order) = 0;
    /// Where the devices are now, as cheaply as can be; `known` is asked while looking.
    virtual QCoro::Task<Look> look(
        const run::RunMachine &known, std::vector<run::DeviceIndex> devices, std::stop_token stop)
        = 0;
};

} // namespace drover::migration
