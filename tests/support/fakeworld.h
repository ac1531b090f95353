#pragma once

#include "models/run/runmachine.h"

#include <QHash>

#include <map>
#include <random>

namespace drover::test {

/// `devices` devices from hub a to hub b in waves of the given sizes (the last takes the rest), one step a device or
/// one group for all.
plan::Plan samplePlan(int devices, plan::Strategy strategy, const std::vector<int> &waves);

/// The same plan whose devices are told so.
plan::Plan toldBy(plan::Plan plan, const plan::TriggerChain &chain);
/// A group in strict waves: split out before the last wave, re-pointed in it, handed back.
plan::Plan sampleStrict(int devices, const std::vector<int> &waves);

/// The way back of such a run: a group is written back, or split-outs are brought home and then deleted.
plan::Plan sampleUndo(int devices, plan::Strategy strategy, const std::vector<int> &waves);

/// As much of Azure as a run sees: enrollments with versions, devices that register some seconds after they are told.
class FakeWorld final {
public:
    explicit FakeWorld(const plan::Plan &plan);

    struct Device {
        bool online = true;
        bool deaf = false;
        bool moved = false;
        bool disabled = false;
        std::optional<Instant> movesAt;
    };

    run::WriteResult write(run::StepIndex step);
    run::ReadVerdict readBack(run::StepIndex step);
    run::TriggerResult trigger(run::DeviceIndex device, Instant now);
    /// A job of that number is made once, whoever asks again.
    std::vector<run::TriggerOutcome> tell(const run::Trigger &command, Instant now);
    std::vector<run::Sighting> look(const std::vector<run::DeviceIndex> &devices, Instant now);

    /// The caller of this write died or got no answer: it must read before it writes again.
    void loseOutcome(run::StepIndex step) { steps[size_t(step)].unread = true; }

    struct Step {
        bool written = false;
        bool foreign = false;
        bool unread = false;
        int writes = 0;
    };
    std::vector<Step> steps;
    std::vector<Device> devices;
    /// Writes repeated although nobody had read what became of the last.
    int blindWrites = 0;
    /// Enrollments deleted before their device was home, or before its group named where it is.
    int earlyRemovals = 0;
    /// Jobs made under a number that was taken, and told again without having been looked for.
    int doubleJobs = 0;
    std::map<qint32, std::vector<run::TriggerOutcome>> jobs;
    /// Devices registering by themselves all the time, told or not.
    bool restless = false;
    /// The device that its group sends elsewhere when it takes it back.
    run::DeviceIndex strays = -1;
    bool hasStrayed() const;

private:
    bool isRemovalOf(run::StepIndex index, run::DeviceIndex device) const;
    /// Whether any enrollment sends the device to its target.
    bool points(run::DeviceIndex device) const;

    plan::Plan m_plan;
    QHash<QString, size_t> m_deviceOf;
    QHash<QString, size_t> m_groupOf;
};

/// Carries a plan out against a FakeWorld without any I/O; its journal is a list of encoded events.
class FakeRun final {
public:
    FakeRun(const plan::Plan &plan, FakeWorld &world, std::vector<QByteArray> &journal);

    /// Dies when the journal holds that many records: at once, or just before the next one is written (its effect has
    /// then happened).
    size_t diesAt = SIZE_MAX;
    bool diesAtOnce = false;
    /// When set, commands are done in any order and everything may go wrong.
    std::mt19937 *chaos = nullptr;
    /// What a probe answers, and how often it was asked.
    run::ProbeVerdict probe = run::ProbeVerdict::Pass;
    int probed = 0;
    /// What it begins with, unless it is a start or a resume.
    std::optional<run::Happening> first;
    /// Called after every event.
    std::function<void(const run::RunMachine &)> after;

    /// Replays the journal, then begins or takes up. False when it died.
    bool live();
    const run::RunMachine &machine() const { return m_machine; }

private:
    bool feed(run::Happening what);
    bool step();
    bool idle();
    bool perform(const run::Command &command);
    bool write(const run::WriteSteps &command);
    bool trigger(const run::Trigger &command);
    bool tell(const run::Trigger &command);
    bool interfere();
    bool chance(int percent);

    FakeWorld &m_world;
    std::vector<QByteArray> &m_journal;
    run::RunMachine m_machine;
    std::vector<run::Command> m_todo;
    /// What was told before, for telling it again.
    std::vector<run::Observed> m_seen;
    std::optional<Instant> m_wake;
    std::optional<run::Happening> m_lastAnswer;
    Instant m_now;
};

} // namespace drover::test
