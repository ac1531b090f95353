#pragma once

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
    /// Some living process carries it out now.
    bool owned = false;
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

/// Digest of tags, desired and reported before the device was told to move, 8 bytes each.
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

/// What somebody asks of a run's owner. Pace: the share, as a number. Retry: the cause's words. Skip: ids, one a line.
struct Request {
    Request(Control asked, QString words = {})
        : what(asked)
        , text(std::move(words))
    {
    }
    Control what;
    QString text;
};

/// The seam to the disk: blocking, on the journal's thread alone. Tests fail its n-th write.
class JournalStore {
public:
    virtual ~JournalStore() = default;
    virtual QString path() const = 0;
    virtual Result<void> begin(const RunEntry &run) = 0;
    /// All of them or none, durable when it returns.
    virtual Result<void> append(const std::vector<std::pair<QString, Record>> &records) = 0;
    virtual Result<void> keep(const QString &run, const Snapshots &snapshots) = 0;
    virtual Result<void> summarize(
        const QString &run, const QString &phase, std::optional<Instant> ended, int verified, int failed)
        = 0;
    virtual Result<std::vector<RunEntry>> runs() = 0;
    virtual Result<StoredRun> load(const QString &run) = 0;
    virtual Result<Snapshots> snapshots(const QString &run) = 0;
    virtual Result<void> ask(const QString &run, const Request &request) = 0;
    /// All that were asked, oldest first; they are forgotten with that.
    virtual Result<std::vector<Request>> takeRequests(const QString &run) = 0;
};

using StoreFactory = std::function<Result<std::unique_ptr<JournalStore>>()>;

/// Opens or creates the file with mode 0600; sentences for a full disk, a read-only folder, a foreign, newer or broken
/// file.
Result<std::unique_ptr<JournalStore>> openSqliteStore(const QString &path);

} // namespace drover::migration
