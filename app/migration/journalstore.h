#pragma once

#include "app/migration/audit.h"
#include "app/migration/owner.h"
#include "models/core/error.h"
#include "models/fleet/enrollment.h"
#include "models/run/runstatus.h"

#include <functional>
#include <memory>

namespace drover::migration {

/// One row a run: what lists show without replaying.
struct RunEntry {
    QString id;
    QString title;
    QString planHash;
    QByteArray plan;
    QString operatorName;
    QString reason;
    QString ticket;
    Instant started = {};
    std::optional<Instant> ended = {};
    QString phase = {};
    int total = 0;
    int verified = 0;
    int failed = 0;
    /// Some living process carries it out now: this person's, on this host.
    bool owned = false;
    QString owner = {};
    /// The run that this one takes back, empty for a run of moves.
    QString undoes = {};
};

/// One encoded event of a run.
struct Record {
    Instant at = {};
    QByteArray payload;
};

/// An enrollment as it was before the run; never with keys. Missing ones (split-outs to be) have an empty raw.
struct EnrollmentSnapshot {
    int step = 0;
    fleet::Enrollment::Kind kind = fleet::Enrollment::Kind::Individual;
    QString id;
    QByteArray raw;
    QString etag;
};

/// Digest of the twin before the device was told to move: see digestOf().
struct TwinSnapshot {
    int device = 0;
    QByteArray digest;
};

struct Snapshots {
    std::vector<EnrollmentSnapshot> enrollments;
    std::vector<TwinSnapshot> twins;
};

struct StoredRun {
    RunEntry entry;
    std::vector<Record> records;
};

/// One change of one device, as a person reads it.
struct HistoryLine {
    Instant at = {};
    QString run;
    QString sentence;
};

enum class Control { Pause, Stop, Pace, Retry, Skip };

/// What somebody asks of a run's owner. Pause, Stop: the reason. Pace: the share, as a number. Retry: the cause's words. Skip: ids, one a line.
struct Request {
    Request(Control asked, QString words = {}, QString author = {})
        : what(asked)
        , text(std::move(words))
        , person(std::move(author))
    {
    }
    Control what;
    QString text;
    QString person;

    /// To pause and to stop take no words but the reason.
    QString reason() const { return what == Control::Pause || what == Control::Stop ? text : QString(); }
};

/// What a run needs for itself alone: its own record, and the hubs that it moves devices between.
struct Claim {
    QString run;
    QStringList hubs;
    Owner owner;
    Duration span;
    /// What it uses together with other runs; nothing when it is empty.
    QString shares = {};
};

/// Proves to the store that a claim still holds: each newer claim has a greater token.
struct Fence {
    qint64 token = 0;
    int leases = 0;
};

/// What becomes durable together, by the owner of the run.
struct Portion {
    QString run;
    Fence fence = {};
    std::vector<Record> records = {};
    std::vector<Deed> deeds = {};
    /// Records that the run has so far, when the owner knows: a portion that was sent twice is written once.
    std::optional<qint64> after = {};
};

/// The seam to the database: blocking, on the journal's thread alone. Tests fail its n-th write.
class JournalStore {
public:
    virtual ~JournalStore() = default;
    virtual QString path() const = 0;
    /// In whose name this process writes there.
    virtual QString person() const = 0;
    /// This process, for that person.
    Owner owner() const;
    virtual Result<void> begin(const RunEntry &run, const std::vector<Deed> &deeds) = 0;
    /// All of it or nothing, durable when it returns: how many records the run has then. Rejected when somebody else has
    /// claimed the run or one of its hubs since. Offline: whether it was written is not known, ask again.
    virtual Result<qint64> append(const Portion &portion) = 0;
    virtual Result<void> keep(const QString &run, const Snapshots &snapshots) = 0;
    virtual Result<void> summarize(
        const QString &run, const QString &phase, std::optional<Instant> ended, int verified, int failed)
        = 0;
    /// Without their plans.
    virtual Result<std::vector<RunEntry>> runs() = 0;
    virtual Result<QByteArray> plan(const QString &run) = 0;
    /// With the records after so many; its plan comes with the first of them only.
    virtual Result<StoredRun> load(const QString &run, qint64 after) = 0;
    Result<StoredRun> load(const QString &run) { return load(run, 0); }
    virtual Result<Snapshots> snapshots(const QString &run) = 0;
    virtual Result<void> ask(const QString &run, const Request &request) = 0;
    /// All that were asked, oldest first; they are forgotten with that.
    virtual Result<std::vector<Request>> takeRequests(const QString &run) = 0;

    /// Rejected, naming run, person and host, when somebody else holds any of it.
    virtual Result<Fence> claim(const Claim &claim) = 0;
    /// Rejected when it is lost.
    virtual Result<void> renew(const QString &run, const Fence &fence, Duration span) = 0;
    virtual Result<void> release(const Fence &fence) = 0;
    /// How many living claims share that.
    virtual Result<int> sharers(const QString &shared) = 0;

    virtual Result<void> note(const std::vector<Deed> &deeds) = 0;
    virtual Result<Audit> audit() = 0;

    /// Takes runs away that ended before that instant; how many. The audit stays.
    virtual Result<int> prune(Instant before) = 0;
    /// Runs that others wrote to since the last call; an empty name means some run.
    virtual QStringList changes() = 0;
};

using StoreFactory = std::function<Result<std::unique_ptr<JournalStore>>()>;

/// Opens or creates the file with mode 0600; sentences for a full disk, a read-only folder, a foreign, newer or broken
/// file.
Result<std::unique_ptr<JournalStore>> openSqliteStore(const QString &path);
/// The journal of a team, on a PostgreSQL server: postgres://person@host/database. Unauthorized when it wants another
/// password, Usage when the URL holds one.
Result<std::unique_ptr<JournalStore>> openPostgresStore(const QString &url, const QByteArray &password = {});
bool isServer(const QString &place);
/// Usage for what is no URL, or holds a password.
Result<void> isPlainUrl(const QString &url);

} // namespace drover::migration
