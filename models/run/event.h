#pragma once

#include "models/core/clock.h"
#include "models/plan/plan.h"

#include <QString>

#include <optional>
#include <variant>
#include <vector>

namespace drover::run {

/// Index into Plan::devices, and into Plan::steps.
using DeviceIndex = qint32;
using StepIndex = qint32;

/// What one look told about a device. Unknown leaves what was known before as it was.
struct Sighting {
    /// Astray: on a hub that is neither its source nor its target.
    enum class Registration : quint8 { Unknown, Unassigned, Assigning, OnTarget, Elsewhere, Failed, Disabled, Astray };
    enum class Target : quint8 { Unknown, Absent, Present, Connected };
    enum class Source : quint8 { Unknown, Absent, Present, Connected };
    /// NotKept: it should be what it was, and nobody knows what that was.
    enum class Twin : quint8 { Unknown, AsPolicySays, Differs, NotKept };

    /// What is known of a device, without the words for it.
    struct Facts;

    DeviceIndex device = 0;
    Registration registration = Registration::Unknown;
    Target target = Target::Unknown;
    Source source = Source::Unknown;
    Twin twin = Twin::Unknown;
    /// Azure's number with Failed.
    qint32 code = 0;
    /// What differs, or what the service said.
    QString note = {};
    bool operator==(const Sighting &) const = default;
};

struct Sighting::Facts {
    Registration registration = Registration::Unknown;
    Target target = Target::Unknown;
    Source source = Source::Unknown;
    Twin twin = Twin::Unknown;
    qint32 code = 0;
};

/// Whether the code of a registration that failed tells of a service that was ill or busy.
bool isTransient(int code);

/// Everything that ever happened to a run, in order, is its journal; each is a plain value.
struct Started {
    bool operator==(const Started &) const = default;
};
/// Enrollments (with wave 0) and twins of the wave's devices are in the journal.
struct SnapshotTaken {
    qint32 wave = 0;
    /// Devices whose twins could not be read, which a person has accepted.
    qint32 withoutTwin = 0;
    bool operator==(const SnapshotTaken &) const = default;
};
struct SnapshotFailed {
    QString why;
    /// Twins of a source that is away: whoever resumes goes on without them.
    bool acceptable = false;
    bool operator==(const SnapshotFailed &) const = default;
};
struct WriteIntended {
    std::vector<StepIndex> steps;
    bool operator==(const WriteIntended &) const = default;
};
/// NotSent: refused before it could take effect (throttled), so it may simply be sent again.
enum class WriteResult : quint8 { Done, Conflict, Rejected, Unknown, NotSent };
struct WriteOutcome {
    StepIndex step = 0;
    WriteResult result = WriteResult::Done;
    QString why;
    /// The command that this answers; -1 in journals of before there was such a number.
    qint32 ask = -1;
    bool operator==(const WriteOutcome &) const = default;
};
enum class ReadVerdict : quint8 { AsPlanned, AsBefore, Different, NoAnswer };
struct ReadBackDone {
    StepIndex step = 0;
    ReadVerdict verdict = ReadVerdict::AsPlanned;
    QString why;
    /// As above.
    qint32 ask = -1;
    bool operator==(const ReadBackDone &) const = default;
};
struct TriggerIntended {
    std::vector<DeviceIndex> devices;
    bool operator==(const TriggerIntended &) const = default;
};
/// Accepted: the device answered 200. NotOnline: 404103. Unknown to its hub: 404001, it may have moved already.
/// Silent: no answer in time. Refused: the device's own status was 400 or more. Throttled: the hub said 429. Lost: no
/// answer from Azure. NotTold: called off before its turn came.
enum class TriggerResult : quint8 { Accepted, NotOnline, NotThere, Silent, Refused, Throttled, Lost, NotTold };
struct TriggerOutcome {
    DeviceIndex device = 0;
    TriggerResult result = TriggerResult::Accepted;
    qint32 status = 0;
    bool operator==(const TriggerOutcome &) const = default;
};
/// The same for all other kinds: devices told together, by a number that a job is named after.
struct TellingIntended {
    plan::TriggerKind kind = plan::TriggerKind::Job;
    qint32 batch = 0;
    std::vector<DeviceIndex> devices;
    bool operator==(const TellingIntended &) const = default;
};
/// No outcomes: it is not known what became of the batch, so it is read before anything is told again.
struct Told {
    qint32 batch = 0;
    std::vector<TriggerOutcome> outcomes;
    bool operator==(const Told &) const = default;
};
struct Observed {
    std::vector<Sighting> sightings;
    bool operator==(const Observed &) const = default;
};
/// The instant a WaitUntil named has come.
struct Tick {
    bool operator==(const Tick &) const = default;
};
struct PauseAsked {
    QString reason;
    bool operator==(const PauseAsked &) const = default;
};
/// Somebody takes the run up (again): what was under way is read before anything is repeated.
struct Resumed {
    bool operator==(const Resumed &) const = default;
};
struct StopAsked {
    bool operator==(const StopAsked &) const = default;
};
/// From now on the run takes this share of the registrations that DPS allows.
struct PaceAsked {
    double share = 0;
    bool operator==(const PaceAsked &) const = default;
};
/// Failed devices are tried again as if they had not failed; a run that rests is taken up with it.
struct RetryAsked {
    std::vector<DeviceIndex> devices;
    bool operator==(const RetryAsked &) const = default;
};
/// A person takes these devices out of the run.
struct SkipAsked {
    std::vector<DeviceIndex> devices;
    bool operator==(const SkipAsked &) const = default;
};
/// Whether somebody who runs the plan has a probe asked after each wave; it is off until told.
struct ProbeGiven {
    bool asked = false;
    bool operator==(const ProbeGiven &) const = default;
};
/// Inconclusive: it gave no answer in time.
enum class ProbeVerdict : quint8 { Pass, Fail, Inconclusive };
struct ProbeAnswered {
    qint32 wave = 0;
    ProbeVerdict verdict = ProbeVerdict::Pass;
    /// What was seen, in words.
    QString evidence;
    bool operator==(const ProbeAnswered &) const = default;
};

/// So many runs of the journal use the provisioning service now, this one among them: each takes its part.
struct Shared {
    qint32 runs = 1;
    bool operator==(const Shared &) const = default;
};

/// Whether the services tell where devices are. Nobody is late while they do not: `why` says so then, and is empty otherwise.
struct Sight {
    QString why;
    /// The provisioning service or a target is among the silent ones: nobody is sent there meanwhile.
    bool ahead = false;
    bool operator==(const Sight &) const = default;
};

using Happening = std::variant<Started, SnapshotTaken, SnapshotFailed, WriteIntended, WriteOutcome, ReadBackDone,
    TriggerIntended, TriggerOutcome, Observed, Tick, PauseAsked, Resumed, StopAsked, PaceAsked, RetryAsked, SkipAsked,
    TellingIntended, Told, ProbeGiven, ProbeAnswered, Shared, Sight>;

/// Time is part of the event: the machine reads no clock.
struct Event {
    Instant at = {};
    Happening what;
    bool operator==(const Event &) const = default;
};

/// Reads the enrollments (wave 0) and the twins of the wave's devices into the journal.
struct TakeSnapshot {
    int wave = 0;
    /// Twins that cannot be read are done without.
    bool withoutTwins = false;
    bool operator==(const TakeSnapshot &) const = default;
};
/// At most ten steps of one strategy.
struct WriteSteps {
    std::vector<StepIndex> steps;
    qint32 ask = -1;
    bool operator==(const WriteSteps &) const = default;
};
struct ReadBack {
    StepIndex step = 0;
    qint32 ask = -1;
    bool operator==(const ReadBack &) const = default;
};
struct Trigger {
    std::vector<DeviceIndex> devices;
    plan::TriggerKind kind = plan::TriggerKind::Method;
    /// With any kind but Method.
    qint32 batch = -1;
    /// It was intended before: read what became of it first.
    bool again = false;
    bool operator==(const Trigger &) const = default;
};
/// Tell a Tick then; a later one replaces an earlier.
struct WaitUntil {
    Instant at = {};
    bool operator==(const WaitUntil &) const = default;
};
/// Jobs under way are cancelled: those not told yet are not told.
struct CallOff {
    bool operator==(const CallOff &) const = default;
};
/// Ask the probe whether the wave's devices do well.
struct AskProbe {
    int wave = 0;
    bool operator==(const AskProbe &) const = default;
};
/// Start nothing more; finish what is under way.
struct Halt {
    bool operator==(const Halt &) const = default;
};

using Command = std::variant<TakeSnapshot, WriteSteps, ReadBack, Trigger, WaitUntil, CallOff, Halt, AskProbe>;
using Commands = std::vector<Command>;

} // namespace drover::run
