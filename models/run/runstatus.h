#pragma once

#include "models/plan/plan.h"

#include <QStringList>

#include <array>

namespace drover::run {

enum class DeviceState : quint8 {
    Planned,
    Enrolled,
    Triggered,
    Registering,
    Assigned,
    Connected,
    Verified,
    Waiting,
    Throttled,
    Failed,
    Skipped,
    Undone,
};
constexpr int stateCount = 12;
using Counts = std::array<int, stateCount>;
QString stateName(DeviceState state);

enum class Phase { Planned, Snapshot, Running, Gate, Paused, Stopping, Stopped, Finished, Failed };
QString phaseName(Phase phase);

/// What stopping a run comes to.
struct StopCounts {
    /// Moved; they stay where they are.
    int stay = 0;
    /// Told already: they are waited for.
    int finish = 0;
    /// Not told, but their enrollment is written: they follow when they register by themselves.
    int follow = 0;
    /// Their turn does not come.
    int neverStart = 0;
    /// Failed or skipped; nothing more happens to them.
    int settled = 0;
    bool operator==(const StopCounts &) const = default;
};
StopCounts stopCounts(const Counts &counts);

struct WaveStatus {
    int devices = 0;
    Counts counts = {};
    enum class Verdict { Open, Pass, Fail, Inconclusive };
    Verdict verdict = Verdict::Open;
    std::optional<Instant> closed;
    QString sentence;
};

/// One line of the event list: a sentence with a reason.
struct RunEvent {
    enum class Tone { Neutral, Good, Progress, Warn, Bad };
    Instant at = {};
    Tone tone = Tone::Neutral;
    QString sentence;
};

struct FailureCause {
    QString cause;
    QString remedy;
    int devices = 0;
    /// One of them and what is known of it beyond the cause; empty where nothing is.
    QString example = {};
};

/// Devices that are off the way for one reason: those that are waited for, throttled, failed or left out.
struct Lane {
    DeviceState state = DeviceState::Waiting;
    /// Why, in the run's words; empty where the state says it all.
    QString cause;
    QString remedy;
    int devices = 0;
    /// Registration ids of the first in plan order.
    QStringList first;
    static constexpr qsizetype mostNamed = 12;
    bool operator==(const Lane &) const = default;
};

/// A point of the chart.
struct Sample {
    Instant at = {};
    Counts counts = {};
};

struct Crossing {
    QString from;
    QString to;
    qint64 fromBefore = 0, fromNow = 0;
    qint64 toBefore = 0, toNow = 0;
};

/// Everything a page or a terminal shows of a run; sent by value at most ten times a second.
struct RunStatus {
    QString id;
    QString title;
    QString planHash;
    /// The run that this one takes back; empty for a run of moves.
    QString undoes;
    bool production = false;
    Phase phase = Phase::Planned;
    QString reason;
    /// Whoever carried it out is gone without having let it rest.
    bool interrupted = false;
    Instant started = {};
    std::optional<Instant> ended;
    Instant now = {};
    int total = 0;
    Counts counts = {};
    /// Devices a minute over the last minute of the run's clock, and the limit that holds it.
    double rate = 0;
    double limit = 0;
    /// Share of the DPS registrations that the run takes now.
    double pace = 0;
    /// The share that the plan was made with.
    double plannedPace = 0;
    QString limitName;
    std::optional<Duration> left;
    std::optional<Instant> expectedFrom, expectedTo;
    int wave = 0;
    std::vector<WaveStatus> waves;
    std::vector<RunEvent> events;
    std::vector<FailureCause> failures;
    std::vector<Lane> lanes;
    std::vector<Sample> samples;
    std::vector<Crossing> crossings;
    /// One state a device in plan order: the population map.
    QByteArray population;
    qint64 calls = 0;
    /// The service that refuses or is slow now, and how much of its limit is asked of it; empty while all is well.
    QString slowed;
};

} // namespace drover::run
