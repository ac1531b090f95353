#pragma once

#include "app/migration/journalstore.h"

namespace drover::test {

/// A store behind another one, which changes what it wants to.
class WrappedStore : public migration::JournalStore {
public:
    explicit WrappedStore(std::unique_ptr<JournalStore> store)
        : m_store(std::move(store))
    {
    }
    QString path() const override { return m_store->path(); }
    QString person() const override { return m_store->person(); }
    Result<void> begin(const migration::RunEntry &run, const std::vector<migration::Deed> &deeds) override
    {
        return m_store->begin(run, deeds);
    }
    Result<qint64> append(const migration::Portion &portion) override { return m_store->append(portion); }
    Result<void> keep(const QString &run, const migration::Snapshots &snapshots) override { return m_store->keep(run, snapshots); }
    Result<void> summarize(
        const QString &run, const QString &phase, std::optional<Instant> ended, int verified, int failed) override
    {
        return m_store->summarize(run, phase, ended, verified, failed);
    }
    Result<std::vector<migration::RunEntry>> runs() override { return m_store->runs(); }
    Result<QByteArray> plan(const QString &run) override { return m_store->plan(run); }
    Result<migration::StoredRun> load(const QString &run, qint64 after) override { return m_store->load(run, after); }
    Result<migration::Snapshots> snapshots(const QString &run) override { return m_store->snapshots(run); }
    Result<void> ask(const QString &run, const migration::Request &request) override { return m_store->ask(run, request); }
    Result<std::vector<migration::Request>> takeRequests(const QString &run) override { return m_store->takeRequests(run); }
    Result<migration::Fence> claim(const migration::Claim &claim) override { return m_store->claim(claim); }
    Result<void> renew(const QString &run, const migration::Fence &fence, Duration span) override
    {
        return m_store->renew(run, fence, span);
    }
    Result<void> release(const migration::Fence &fence) override { return m_store->release(fence); }
    Result<int> sharers(const QString &shared) override { return m_store->sharers(shared); }
    Result<void> note(const std::vector<migration::Deed> &deeds) override { return m_store->note(deeds); }
    Result<migration::Audit> audit() override { return m_store->audit(); }
    Result<int> prune(Instant before) override { return m_store->prune(before); }
    QStringList changes() override { return m_store->changes(); }

private:
    std::unique_ptr<JournalStore> m_store;
};

} // namespace drover::test
