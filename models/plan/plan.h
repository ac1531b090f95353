#pragma once

#include "models/core/clock.h"
#include "models/fleet/deviceset.h"

#include <QByteArray>

#include <chrono>
#include <vector>

namespace drover::plan {

/// A device set and the stamp it should go to: what one drag makes.
struct Move {
    fleet::DeviceSet set;
    StampName to;
};

/// Remove: an individual enrollment that a run made is deleted once its device is home again, or once its group names
/// the same target.
enum class Strategy { RepointGroup, RepointIndividual, SplitOut, Remove };
enum class Verdict { Pass, Warn, Block };

/// What makes a device register again. Job and TwinJob serve many devices with one call; Register registers in the
/// device's place, with its symmetric key. Enable is none of its own: it takes Disable back.
enum class TriggerKind : quint8 { Method, Job, Twin, TwinJob, Disable, Register, Wait, Enable };
using TriggerChain = std::vector<TriggerKind>;

/// How the devices that leave one hub are told: the first of the chain, the next where that one failed.
struct Telling {
    /// Null for devices that were never assigned.
    HubHostName source;
    TriggerChain chain;
    int devices = 0;
    /// What the hub's edition allows: jobs at a time, and devices a second that a job comes to.
    int jobsAtOnce = 1;
    double jobDevicesPerSecond = 10;
    bool operator==(const Telling &) const = default;
};

/// One enrollment write. A group's is one for many devices; the others are one a device, sent in bulks of ten.
struct Step {
    Strategy strategy = Strategy::RepointIndividual;
    /// Enrollment group id, or registration id (the device's spelling for a split-out).
    QString enrollment;
    /// Split-out only: the group it leaves.
    QString group;
    /// The ETag read while planning; empty for a record that must not exist yet.
    QString etag;
    HubHostName target;
    fleet::Reprovision policy = fleet::Reprovision::Migrate;
    /// First wave that needs it.
    int wave = 0;
    /// Undo only: the whole record (never with keys) that is written back; empty where only the hub changes.
    QByteArray record = {};
};

struct PlannedDevice {
    QString registrationId;
    QString deviceId;
    HubHostName source;
    HubHostName target;
    int step = 0;
    int wave = 0;
    /// Of an undo: on its target and not on its source when this was planned, so perhaps it never left.
    bool home = false;
    bool operator==(const PlannedDevice &) const = default;
};

/// What hung on a device at its source and must be at the target before the device is verified; DPS takes none of it along.
struct Attached {
    int device = 0;
    /// Without "$edgeAgent" and "$edgeHub".
    int modules = 0;
    /// Device ID of the IoT Edge device that it is a child of; empty for none.
    QString parent;
    bool operator==(const Attached &) const = default;
};

/// One row of the compatibility panel.
struct Check {
    /// Stable name, such as "target-linked".
    QString id;
    QString title;
    Verdict verdict = Verdict::Pass;
    /// What was seen, with numbers.
    QString evidence;
    /// What to do about a warning or a block; empty on pass.
    QString remedy;
};

/// A kind of failure that a gate does not take: more devices of a wave than `most` with that text in their cause.
struct FailureLimit {
    QString cause;
    int most = 0;
    bool operator==(const FailureLimit &) const = default;
};

/// The verdict after a wave. Fewer verified than `success` of those that were online when the deadline comes:
/// fail if the failed ones alone exceed 1 - success, else inconclusive = pause and ask.
struct Gate {
    double success = 0.98;
    Duration within = std::chrono::minutes(15);
    Duration soak = std::chrono::seconds(0);
    /// Fewest devices online for a pass to mean anything; 0: half of the wave, five at least.
    int sample = 0;
    /// Assigned and not connected for so long counts as failed; 0: nobody looks at that before the deadline.
    Duration connectWithin = std::chrono::seconds(0);
    std::vector<FailureLimit> limits = {};
    bool operator==(const Gate &) const = default;
};

/// Waves of `first` devices, `factor` times as many, and so on until all are in one.
struct Ramp {
    double factor = 2;
    int first = 1;
    bool operator==(const Ramp &) const = default;
};

/// How far a move may reach before a person is asked; 0 is no limit.
struct BlastRadius {
    /// Devices that have failed, in the whole run.
    int mostFailed = 0;
    /// Devices failed or under way to one stamp at a time.
    int mostPerStamp = 0;
    /// Devices told to move, and moved, within an hour.
    int mostAnHour = 0;
    bool operator==(const BlastRadius &) const = default;
};

struct Wave {
    int devices = 0;
    Gate gate;
};

struct Eta {
    Duration shortest = {};
    Duration longest = {};
    /// The slowest limit, in words: "DPS registrations 1,000/min".
    QString bottleneck;
    /// As it should be when devices cooperate; old plans have neither that nor what follows.
    Duration expected = {};
    /// Of that, what comes before the first wave, and each wave.
    Duration before = {};
    std::vector<Duration> waves = {};
};

/// An exact request that the plan will make; keys are masked. `count` of that shape.
struct Request {
    QString method;
    QString url;
    QByteArray body;
    int count = 1;
    QString why;
};

/// What a move comes to, for people.
struct MoveSummary {
    QString set;
    QString from;
    StampName to;
    int devices = 0;
    /// "re-point 1 enrollment group · 1 write"
    QString how;
};

/// Devices of the set that will not be moved, and why.
struct Skipped {
    QString registrationId;
    QString deviceId;
    QString reason;
    /// Of an undo: somebody else changed its enrollment since, so that it stays where it is.
    bool isChanged = false;
};

struct Options {
    /// Shares of the devices; the last wave is the rest. 1 device, 1 %, 10 %, rest.
    std::vector<double> waves = {0, 0.01, 0.10};
    /// In place of the shares.
    std::optional<Ramp> ramp = {};
    /// Devices of a group's waves before the last leave the group first: nobody moves before its wave.
    bool strictWaves = false;
    Gate gate;
    BlastRadius blast = {};
    QString method = QStringLiteral("Reprovision");
    /// The desired property that a twin change sets.
    QString property = QStringLiteral("reprovision");
    /// Empty: chosen for each hub.
    TriggerChain triggers = {};
    /// Re-point a group although devices that are not in the set would follow.
    bool acceptFollowers = false;
    /// Share of the DPS operations quota a run may use.
    double dpsShare = 0.9;
    double hubShare = 0.9;
    /// Share of the DPS operations quota that looking after devices may use.
    double lookShare = 0.1;
    /// How long an offline device may keep the run waiting.
    Duration deadline = std::chrono::minutes(30);
    /// What the fleet's provisioning service allows, as its owner said when the plan was made.
    fleet::DpsLimits dps = {};
};

/// The room that a target had when the plan was made.
struct Room {
    HubHostName hub;
    QString title;
    qint64 population = 0;
    qint64 ceiling = 0;
    bool operator==(const Room &) const = default;
};

/// One or more moves made concrete; a document with a hash. Nothing is changed until it is run.
struct Plan {
    static constexpr int schemaVersion = 1;
    QString fleet;
    QString dpsHost;
    Instant made = {};
    Options options;
    std::vector<Move> moves;
    std::vector<MoveSummary> summaries;
    std::vector<Step> steps;
    std::vector<PlannedDevice> devices;
    /// In the order of the devices; of most, nothing hangs on any.
    std::vector<Attached> attached = {};
    /// One for each hub that devices leave; empty in old plans, which tell by method alone.
    std::vector<Telling> tellings;
    std::vector<Skipped> skipped;
    std::vector<Check> checks;
    std::vector<Wave> waves;
    /// Of the targets whose room is known; looked at again before each wave.
    std::vector<Room> rooms;
    Eta eta;
    int calls = 0;
    std::vector<Request> requests;
    /// Sentences a person must read: spontaneous followers of a re-pointed group, …
    std::vector<QString> notes;
    /// The run that this plan takes back; empty for a plan of moves.
    QString undoes = {};

    Verdict verdict() const;
    /// Any target or source that is a production stamp, by name; running asks for it.
    std::vector<StampName> production;
};

/// Pure: the same fleet, moves and options give the same plan. Usage error when a set or stamp is not there, Blocked never:
/// a forbidden move is a plan with a blocking check, so that a person can read why.
Result<Plan> makePlan(const fleet::Fleet &fleet, const std::vector<Move> &moves, const Options &options, Instant now);

/// Runs the checks of an existing plan against a newer look at the fleet (drift included).
std::vector<Check> recheck(const Plan &plan, const fleet::Fleet &fleet, Instant now);

/// Canonical JSON with "schema", "hash" (SHA-256 over the rest). What it holds is data; nothing in it is ever executed.
QByteArray toJson(const Plan &plan);
/// The longest document that is read.
inline constexpr qsizetype largestDocument = qsizetype(256) << 20;
/// Malformed with a sentence for a broken, foreign, hostile or altered document.
Result<Plan> fromJson(const QByteArray &json);
QString hashOf(const Plan &plan);

/// "58 devices, it is home already; 1 device, the run did not change its enrollment": of those that are not moved.
QString whyTheyStay(const Plan &plan);

/// What a stamp says while devices hover over it.
struct Fit {
    Verdict verdict = Verdict::Pass;
    qint64 before = 0;
    qint64 after = 0;
    std::optional<qint64> ceiling;
    /// "2,200 devices fit · 71 % → 73 % · about 4 min, limited by DPS registrations 1,000/min", or the refusal.
    QString sentence;
};
/// Fast enough for every mouse move: looks at counts alone.
Fit fit(const fleet::Fleet &fleet, qint64 devices, const std::vector<HubHostName> &sources, const fleet::Stamp &target);

} // namespace drover::plan
