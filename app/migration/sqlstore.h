#pragma once

#include "app/migration/database.h"
#include "app/migration/journalstore.h"

namespace drover::migration {

/// The journal's tables in a database of either kind.
class SqlStore final : public JournalStore {
public:
    explicit SqlStore(std::unique_ptr<Database> database);

    QString path() const override { return m_database->place(); }
    QString person() const override { return m_database->person(); }
    Result<void> begin(const RunEntry &run, const std::vector<Deed> &deeds) override;
    Result<qint64> append(const Portion &portion) override;
    Result<void> keep(const QString &run, const Snapshots &snapshots) override;
    Result<void> summarize(
        const QString &run, const QString &phase, std::optional<Instant> ended, int verified, int failed) override;
    Result<std::vector<RunEntry>> runs() override;
    using JournalStore::load;
    Result<QByteArray> plan(const QString &run) override;
    Result<StoredRun> load(const QString &run, qint64 after) override;
    Result<Snapshots> snapshots(const QString &run) override;
    Result<void> ask(const QString &run, const Request &request) override;
    Result<std::vector<Request>> takeRequests(const QString &run) override;
    Result<Fence> claim(const Claim &claim) override;
    Result<void> renew(const QString &run, const Fence &fence, Duration span) override;
    Result<void> release(const Fence &fence) override;
    Result<int> sharers(const QString &shared) override;
    Result<void> note(const std::vector<Deed> &deeds) override;
    Result<Audit> audit() override;
    Result<int> prune(Instant before) override;
    QStringList changes() override { return m_database->told(); }

private:
    Result<qint64> keyOf(const QString &run);
    Result<QString> fullId(const QString &run);
    Result<void> forgetSnapshots(qint64 key, const Snapshots &renewed);
    /// Within a transaction.
    Result<qint64> write(const Portion &portion);
    Result<bool> wasWritten(qint64 key, const Portion &portion, qint64 last);
    Result<void> add(const std::vector<Deed> &deeds);
    Result<void> isHeld(const QString &run, const Fence &fence);
    Result<void> isFree(const Claim &claim, const QString &name, qint64 now);
    Result<void> markOwned(std::vector<RunEntry> &entries);

    std::unique_ptr<Database> m_database;
};

} // namespace drover::migration
