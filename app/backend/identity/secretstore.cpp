#include "app/backend/identity/secretstore.h"

#include "app/backend/http/wake.h"

#include <QTimer>

#include <qt6keychain/keychain.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace drover::backend {
namespace {

constexpr auto patience = 4s;

Failure notThere(const QString &name)
{
    return fail(ErrorKind::NotFound, u"The keychain holds nothing named %1."_s.arg(name),
        u"Enter the connection strings once more."_s);
}

/// Starts a job and waits for it, but not for ever: a locked keyring may show a prompt that nobody sees.
/// A job that is too late goes on by itself and deletes itself.
QCoro::Task<bool> finished(QKeychain::Job *job)
{
    const auto wake = std::make_shared<Wake>();
    const auto inTime = std::make_shared<bool>(false);
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [wake] { wake->fire(); });
    QObject::connect(job, &QKeychain::Job::finished, &timer, [wake, inTime] {
        *inTime = true;
        wake->fire();
    });
    timer.start(patience);
    job->start();
    co_await *wake;
    co_return *inTime;
}

Result<void> outcome(bool inTime, const QKeychain::Job &job, const QString &name)
{
    if (!inTime)
        return fail(ErrorKind::Storage, u"The keychain did not answer within four seconds."_s,
            u"Unlock it, or enter the connection strings, which are then forgotten when Drover closes."_s);
    if (job.error() == QKeychain::EntryNotFound)
        return notThere(name);
    if (job.error() != QKeychain::NoError)
        return fail(ErrorKind::Storage, u"The keychain refused: %1"_s.arg(job.errorString()),
            u"Start and unlock a keyring, or enter the connection strings, which are then forgotten when Drover closes."_s);
    return {};
}

class Keychain final : public SecretStore {
public:
    QCoro::Task<Result<void>> write(QString name, QByteArray secret) override
    {
        auto *const job = new QKeychain::WritePasswordJob(service());
        job->setKey(name);
        job->setBinaryData(secret);
        const bool inTime = co_await finished(job);
        co_return outcome(inTime, *job, name);
    }
    QCoro::Task<Result<QByteArray>> read(QString name) override
    {
        auto *const job = new QKeychain::ReadPasswordJob(service());
        job->setKey(name);
        const bool inTime = co_await finished(job);
        const Result<void> done = outcome(inTime, *job, name);
        if (!done)
            co_return Failure(done.error());
        co_return job->binaryData();
    }
    QCoro::Task<Result<void>> remove(QString name) override
    {
        auto *const job = new QKeychain::DeletePasswordJob(service());
        job->setKey(name);
        const bool inTime = co_await finished(job);
        co_return outcome(inTime, *job, name);
    }

private:
    static QString service() { return u"drover"_s; }
};

class Memory final : public SecretStore {
public:
    QCoro::Task<Result<void>> write(QString name, QByteArray secret) override
    {
        m_secrets[name] = std::move(secret);
        co_return {};
    }
    QCoro::Task<Result<QByteArray>> read(QString name) override
    {
        const auto found = m_secrets.find(name);
        if (found == m_secrets.end())
            co_return notThere(name);
        co_return found->second;
    }
    QCoro::Task<Result<void>> remove(QString name) override
    {
        if (m_secrets.erase(name) == 0)
            co_return notThere(name);
        co_return {};
    }

private:
    std::map<QString, QByteArray> m_secrets;
};

} // namespace

std::unique_ptr<SecretStore> keychain()
{
    return std::make_unique<Keychain>();
}

std::unique_ptr<SecretStore> memoryStore()
{
    return std::make_unique<Memory>();
}

} // namespace drover::backend
