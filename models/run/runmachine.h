#pragma once

#include "models/plan/undo.h"
#include "models/run/event.h"
#include "models/run/runoptions.h"
#include "models/run/runstatus.h"
#include "models/run/wordstore.h"

#include <deque>
#include <map>
#include <queue>

namespace drover::run {

/// A plan being carried out, without any I/O: events in, commands out. Feeding a fresh machine the same events in the
/// same order gives the same state; that is the recovery. It reads no clock: time comes with the events.
class RunMachine final {
public:
    explicit RunMachine(const plan::Plan &plan, RunOptions options = {});

    /// What to do next. While replaying, the answers are dropped; then `Resumed` gives those that are due.
    Commands on(const Event &event);

    Phase phase() const { return m_phase; }
    /// Paused, stopped, finished or failed: nothing will be commanded before Resumed.
    bool atRest() const;
    const QString &reason() const { return m_reason; }
    int wave() const { return m_wave; }
    /// A probe is asked after each wave.
    bool isProbed() const { return m_probes; }
    /// Not written, and still meant to be.
    bool isToBeWritten(StepIndex step) const { return fate(step) == plan::Trace::Write::Never && !isSkipped(step); }
    /// Requests whose outcome has not come.
    bool somethingUnderWay() const
    {
        return m_snapshotting || m_writing > 0 || m_triggering > 0 || m_reading > 0 || !m_batches.empty();
    }
    /// By this machine's clock: what DPS had told a device before then, it told it of other enrollments, or before a person had
    /// it tried again.
    Instant countsFrom(DeviceIndex device) const
    {
        return std::max(m_steps[static_cast<size_t>(planned(device).step)].writtenAt, m_retriedAt);
    }
    /// A person let it go on without twins that could not be read.
    bool lacksTwins() const { return m_lacksTwins; }
    /// Devices that this run disabled at their hub and has not enabled again.
    int disabledCount() const { return m_disabled; }

    int deviceCount() const { return static_cast<int>(m_devices.size()); }
    DeviceState state(DeviceIndex device) const { return at(device).state; }
    QString reasonOf(DeviceIndex device) const;
    /// The same without what was seen of this one device alone; its count is not filled.
    FailureCause causeOf(DeviceIndex device) const;
    const Counts &counts() const { return m_counts; }
    /// Its pace, divided among the runs that use the provisioning service now.
    double triggersPerMinute() const { return m_options.triggersPerMinute / m_sharers; }
    int sharers() const { return m_sharers; }
    double pace() const { return m_options.triggersPerMinute / m_options.registrationsPerMinute; }
    /// Whether a step's enrollment was written, as far as is known.
    plan::Trace::Write fate(StepIndex step) const;
    /// Failed devices of a cause that holds the text; all of them with an empty one.
    std::vector<DeviceIndex> failedBecause(const QString &cause) const;
    /// Places in the plan of device or registration ids; -1 for one that is not in it.
    std::vector<DeviceIndex> named(const QStringList &ids) const;
    /// Devices worth looking at: their enrollment names the target, and they have not settled.
    std::vector<DeviceIndex> watched() const;
    /// Anything to look at? Cheap.
    bool isWatching() const;
    /// Everybody of the wave was told: what is seen decides the gate.
    bool isAsked() const { return m_wave >= 0 && waveIsAsked(); }
    /// Nobody is expected but devices that are offline.
    bool onlyWaits() const;
    /// It took the call so long ago that it would be told again.
    bool isOverdue(DeviceIndex device) const;
    /// Whether a sighting would change what is known.
    bool tellsSomething(const Sighting &sighting) const;
    const Sighting::Facts &known(DeviceIndex device) const { return at(device).facts; }

    const plan::Plan &plan() const { return m_plan; }
    std::vector<WaveStatus> waves() const;
    const std::vector<RunEvent> &log() const { return m_log; }
    const std::vector<Sample> &samples() const { return m_samples; }
    std::vector<FailureCause> failures() const;
    const QByteArray &population() const { return m_population; }
    Instant started() const { return m_started; }
    Instant now() const { return m_now; }
    std::optional<Instant> ended() const { return m_ended; }

private:
    enum class StepState : quint8 { Todo, Queued, Issued, Intended, Unknown, Reading, Done, Failed };
    struct Step {
        StepState state = StepState::Todo;
        int silent = 0;
        Instant notBefore = {};
        Instant writtenAt = {};
        std::vector<DeviceIndex> devices;
        /// The last command about it: an answer to an earlier one, late or come twice, says nothing any more.
        qint32 ask = -1;
        /// The step that follows when its device is home, and the one that a following step belongs to.
        StepIndex then = -1;
        StepIndex after = -1;
        /// Removals only: the group that takes the device back, where this plan writes it.
        StepIndex group = -1;
    };
    struct Device {
        DeviceState state = DeviceState::Planned;
        /// No later look can change it: its enrollment was not written.
        bool settledForGood = false;
        bool queued = false;
        bool underWay = false;
        /// The intent to tell it is durable, the outcome is not.
        bool intended = false;
        bool asked = false;
        /// Planned or seen elsewhere than on its target, or perhaps reached there.
        bool away = false;
        /// Part of a batch that is not over.
        bool inBatch = false;
        /// It took the call to register again.
        bool heard = false;
        /// This run disabled it at its source.
        bool disabled = false;
        /// What reaches offline devices was tried, too.
        bool roamed = false;
        /// Place in its chain of triggers.
        quint8 means = 0;
        quint16 telling = 0;
        quint8 tries = 0;
        quint8 refusals = 0;
        /// Among those of the hour that were told, or moved without.
        bool counted = false;
        Instant retryAt = {};
        Instant deadline = {};
        /// Since when it is assigned without being connected.
        Instant assignedAt = {};
        Sighting::Facts facts;
        qint32 cause = -1;
        /// What is to be said of it, and what was said of it when it was seen last.
        WordStore::Id note = {};
        WordStore::Id remark = {};
    };
    /// Devices told together: all kinds but methods.
    struct Batch {
        plan::TriggerKind kind = plan::TriggerKind::Job;
        std::vector<DeviceIndex> devices;
        quint16 telling = 0;
        bool intended = false;
        /// What became of it is not known; it is read not before that moment.
        bool doubtful = false;
        int silent = 0;
        Instant notBefore = {};
    };
    struct WaveState {
        int devices = 0;
        Counts counts = {};
        WaveStatus::Verdict verdict = WaveStatus::Verdict::Open;
        std::optional<Instant> closed;
        QString sentence;
        std::optional<ProbeAnswered> probe;
    };
    /// Devices of one target that have failed or are under way, and how many of them a person has accepted.
    struct Reach {
        int out = 0;
        int accepted = 0;
    };
    struct Timer {
        Instant at;
        DeviceIndex device = -1;
        bool operator>(const Timer &other) const { return at > other.at; }
    };

    // what happened
    void apply(const Started &);
    void apply(const SnapshotTaken &event);
    void apply(const SnapshotFailed &event);
    void apply(const WriteIntended &event);
    void apply(const WriteOutcome &event);
    void apply(const ReadBackDone &event);
    void apply(const TriggerIntended &event);
    void apply(const TriggerOutcome &event);
    void apply(const TellingIntended &event);
    void apply(const Told &event);
    void apply(const Observed &event);
    /// One that comes early is waited for again.
    void apply(const Tick &) { m_waitingFor.reset(); }
    void apply(const PauseAsked &event);
    void apply(const Resumed &);
    void apply(const StopAsked &);
    void apply(const PaceAsked &event);
    void apply(const RetryAsked &event);
    void apply(const SkipAsked &event);
    void apply(const ProbeGiven &event);
    void apply(const Shared &event);
    void apply(const Sight &event);
    void apply(const ProbeAnswered &event);
    void revive();

    // enrollments
    bool has(StepIndex step, StepState state) const;
    bool answers(StepIndex step, qint32 ask) const;
    int firstWaveOf(StepIndex step) const;
    void queueStep(StepIndex step);
    void takeUpSteps();
    void stepDone(StepIndex step);
    void stepFailed(StepIndex step, const QString &cause, const QString &remedy, const QString &note);
    void linkFollowingSteps();
    bool isRemoval(StepIndex step) const;
    /// Where devices end up, in words.
    QString home() const;
    bool isSkipped(StepIndex step) const;
    void keepRemovalsOnly();
    void commandWrites(Commands &commands);
    void commandReads(Commands &commands);

    // devices that were split out and go back to their group
    bool handsBack(StepIndex removal) const;
    bool groupIsReady(StepIndex removal) const;
    void offerHandBack(DeviceIndex device);
    void groupDone(StepIndex group);
    void handBackDone(StepIndex removal);
    void commandHandBacks();
    bool groupsAreOpen() const;
    void failWhoWasNotSeenAgain();
    void sayWhoKeepsItsOwn();

    // limits of the run's reach
    void listTargets();
    void countReach(DeviceIndex device, DeviceState before, DeviceState after);
    bool mayTellOneMore() const;
    void countMoved(DeviceIndex device);
    void forgetTheHourBefore();
    void enforceLimits();

    // devices
    const Device &at(DeviceIndex device) const { return m_devices[static_cast<size_t>(device)]; }
    Device &at(DeviceIndex device) { return m_devices[static_cast<size_t>(device)]; }
    const plan::PlannedDevice &planned(DeviceIndex device) const { return m_plan.devices[static_cast<size_t>(device)]; }
    void setState(DeviceIndex device, DeviceState state);
    void failDevice(DeviceIndex device, const QString &cause, const QString &remedy, const QString &note, bool forGood);
    void failNotAssigned(DeviceIndex device);
    void merge(DeviceIndex device, const Sighting &sighting);
    void judge(DeviceIndex device);
    bool knows(DeviceIndex device) const { return device >= 0 && device < deviceCount(); }
    bool isSettled(DeviceIndex device) const;
    bool stepIsDone(DeviceIndex device) const;
    std::optional<DeviceState> stateSeen(const Device &device) const;
    std::optional<DeviceState> homeState(const Device &device) const;
    bool mayClose(DeviceIndex device);
    bool waitsToBeSeen(DeviceIndex device) const;
    void tryAgain(DeviceIndex device);
    void takeUpDevices(Duration rest);
    void postpone(Duration rest);
    bool wantsTrigger(DeviceIndex device) const;
    void queueTrigger(DeviceIndex device);
    void retryLater(DeviceIndex device, Duration span);
    void startDeadline(DeviceIndex device);
    void commandTriggers(Commands &commands);
    void take(const TriggerOutcome &outcome);
    void refill();

    // triggers of other kinds
    void chooseTellings();
    const plan::TriggerChain &chainOf(const Device &device) const { return m_tellings[device.telling].chain; }
    plan::TriggerKind kindOf(DeviceIndex device) const;
    bool isExhausted(const Device &device) const;
    bool goOnInChain(Device &device, bool offline);
    void waitForIt(DeviceIndex device);
    void queueEnable(DeviceIndex device);
    void enabled(const TriggerOutcome &outcome);
    void dropBatch(const Batch &batch);
    void takeUpBatches();
    void commandBatches(Commands &commands, bool enableOnly);
    void commandBatch(Commands &commands, plan::TriggerKind kind, quint16 telling, std::deque<DeviceIndex> &queue);
    bool mayStartBatch(plan::TriggerKind kind, quint16 telling) const;
    int largestBatch(plan::TriggerKind kind, quint16 telling) const;
    bool isTelling() const;
    void callOff(Commands &commands) const;
    void expire();
    void endureBlindness(Commands &commands);
    /// A person knows that the source is away, and went on.
    bool evacuates() const { return m_blindSince && !m_blindAhead && m_withoutTwins; }
    /// No answer comes from where devices are sent: nobody is, until it does.
    bool holdsBack() const { return m_blindSince && m_blindAhead; }
    void expireDevice(DeviceIndex device);
    void failLate(DeviceIndex device);

    // waves and gates
    void openWave(int wave);
    void tryGate();
    void closeWave(WaveStatus::Verdict verdict, const QString &why = {});
    void passGate();
    QString brokenLimit();
    int minimumSample(int devices) const;
    void watchConnecting(DeviceIndex device);
    bool isLateToConnect(DeviceIndex device) const;
    bool mayGoOn() const { return m_wave + 1 < static_cast<int>(m_waves.size()); }
    void skipTheRest();
    int sayWhoFollows();
    int inFlight() const;
    void goOnStopping(Commands &commands);
    Commands decide();
    bool isWritten() const;
    bool waveIsAsked() const;
    std::optional<Instant> gateDeadline() const;
    void finishWhenSettled();
    void rest(Phase phase, const QString &reason, RunEvent::Tone tone);
    bool isLate(Instant instant) const { return instant <= m_now; }

    double perMillisecond() const { return triggersPerMinute() / 60'000; }
    double burst() const { return std::max(1.0, perMillisecond() * 2000); }
    std::optional<Instant> nextTrigger() const;
    void commandWait(Commands &commands);
    void say(RunEvent::Tone tone, const QString &sentence);
    void sample();

    plan::Plan m_plan;
    RunOptions m_options;
    Phase m_phase = Phase::Planned;
    QString m_reason;
    Instant m_started = {};
    Instant m_now = {};
    /// When the last event came, by the clock it came with.
    Instant m_eventAt = {};
    Instant m_retriedAt = {};
    /// How far the run's time is ahead of the clock that its events come with now.
    Duration m_ahead = {};
    std::optional<Instant> m_ended;
    Instant m_stopUntil = {};
    bool m_halted = false;

    std::vector<Step> m_steps;
    std::deque<StepIndex> m_writeQueue;
    std::deque<StepIndex> m_readQueue;
    int m_writing = 0;
    int m_reading = 0;
    qint32 m_asks = 0;
    int m_sharers = 1;

    std::vector<Device> m_devices;
    WordStore m_words;
    QByteArray m_population;
    Counts m_counts = {};
    std::deque<DeviceIndex> m_triggerQueue;
    int m_triggering = 0;
    std::vector<plan::Telling> m_tellings;
    std::map<std::pair<quint16, plan::TriggerKind>, std::deque<DeviceIndex>> m_batchQueues;
    std::map<qint32, Batch> m_batches;
    qint32 m_nextBatch = 0;
    int m_disabled = 0;
    Instant m_enableNotBefore = {};
    bool m_calledOff = false;
    int m_settled = 0;
    int m_stepsDone = 0;
    double m_allowance = 0;
    Instant m_allowanceAt = {};
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> m_timers;

    std::vector<std::vector<StepIndex>> m_removalsOf;
    /// Groups that are written for the sake of devices that left them.
    std::vector<StepIndex> m_groupsAlone;
    std::deque<StepIndex> m_handBack;
    int m_handing = 0;
    int m_handedBack = 0;

    std::vector<quint16> m_targetOf;
    std::vector<HubHostName> m_targets;
    std::vector<Reach> m_reach;
    Reach m_failed;
    /// When devices were told or moved by themselves, no longer than an hour ago.
    std::deque<Instant> m_hour;

    bool m_probes = false;
    bool m_probing = false;
    bool m_probeDue = false;
    int m_limitsLookedAt = 0;

    std::vector<WaveState> m_waves;
    int m_wave = -1;
    std::vector<std::vector<DeviceIndex>> m_devicesOf;
    bool m_snapshotDue = false;
    bool m_snapshotTaken = false;
    bool m_mayGoWithoutTwins = false;
    bool m_withoutTwins = false;
    bool m_lacksTwins = false;
    bool m_snapshotting = false;
    Instant m_lastAsked = {};
    std::optional<Instant> m_soakUntil;
    std::optional<Instant> m_waitingFor;
    int m_sleeps = 0;
    /// Since when nobody tells where devices are, and why.
    std::optional<Instant> m_blindSince;
    QString m_blindBecause;
    bool m_blindTold = false;
    bool m_blindAhead = false;
    bool m_blindCalledOff = false;

    std::vector<FailureCause> m_causes;
    std::map<QString, int> m_saidOf;
    std::vector<RunEvent> m_log;
    std::vector<Sample> m_samples;
};

/// What pages and terminals show. `limit` is the pace the run is held to.
RunStatus statusOf(const RunMachine &machine, Instant now);

/// "verified", or "failed: its twin differs …", for histories and reports.
QString describe(const RunMachine &machine, DeviceIndex device);

} // namespace drover::run
