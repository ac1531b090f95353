#include "app/console/backend.h"

#include "app/engine/journalplace.h"
#include "app/engine/profile.h"

#include <QCoroSignal>

using namespace Qt::StringLiterals;

namespace drover::console {

Backend::Backend() = default;
Backend::~Backend() = default;

QCoro::Task<Result<ConnectionFacts>> Backend::open(Source source, QString journal)
{
    if (m_engine && m_engine->runner().isRunning())
        co_return fail(ErrorKind::Usage, u"A run is under way in this fleet."_s, u"Pause it on the Runs page before you connect to another."_s);
    m_opening = true;
    Result<ConnectionFacts> facts = co_await tryOpen(source, journal);
    m_opening = false;
    Q_EMIT openEnded();
    co_return facts;
}

QCoro::Task<Result<ConnectionFacts>> Backend::tryOpen(Source source, QString journal)
{
    co_await leave();
    Result<backend::Connection> connection = co_await connectionTo(source);
    if (!connection)
        co_return Failure(connection.error());
    const Result<QString> place = journalPlace(source, journal);
    if (!place)
        co_return Failure(place.error());
    ConnectionFacts facts{connection->name, connection->simulated, connection->speed, *place};
    Result<std::unique_ptr<migration::Journal>> memory = co_await engine::openJournal(*place, source.journalPassword);
    if (!memory)
        co_return Failure(memory.error());
    Result<std::unique_ptr<engine::Engine>> opened
        = co_await engine::Engine::open(*std::move(connection), *std::move(memory), engine::unlockedBy(source.profile));
    if (!opened)
        co_return Failure(opened.error());
    m_engine = *std::move(opened);
    connect(&m_engine->runner(), &migration::Runner::statusChanged, this, &Backend::statusChanged);
    connect(&m_engine->runner(), &migration::Runner::ended, this, &Backend::runEnded);
    connect(&m_engine->journal(), &migration::Journal::changed, this, &Backend::runStirred);
    co_return facts;
}

QCoro::Task<> Backend::close()
{
    m_closing = true;
    if (m_opening) {
        if (m_azure)
            m_azure->giveUp();
        co_await qCoro(this, &Backend::openEnded);
    }
    if (m_engine && m_engine->runner().isRunning()) {
        const Result<void> paused = co_await m_engine->runner().pause(u"The console was closed."_s);
        if (!paused)
            qWarning("%s", qPrintable(paused.error().what));
    }
    co_await leave();
    m_azure.reset();
}

QCoro::Task<> Backend::leave()
{
    co_await m_tasks->stop();
    m_engine.reset();
    // A scope that was stopped stays stopped.
    m_tasks = std::make_unique<async::TaskScope>(this);
}

QCoro::Task<Result<FleetPtr>> Backend::look()
{
    co_return co_await m_engine->look(
        [this](FleetPtr fleet, inventory::Progress progress) { Q_EMIT fleetSeen(fleet, progress); }, stopToken());
}

QCoro::Task<Result<FleetPtr>> Backend::lookAtStamps()
{
    return m_engine->lookAtStamps(stopToken());
}

QCoro::Task<Result<backend::Connection>> Backend::connectionTo(Source source)
{
    if (m_closing)
        co_return fail(ErrorKind::Cancelled, u"The console was closed."_s);
    if (!source.scenario.isEmpty()) {
        m_azure = std::make_unique<engine::LocalAzure>();
        const Result<QString> endpoints = co_await m_azure->start(source.scenario, source.speed);
        if (!endpoints)
            co_return Failure(endpoints.error());
        co_return backend::readEndpoints(*endpoints);
    }
    m_azure.reset();
    if (!source.endpoints.isEmpty())
        co_return backend::readEndpoints(source.endpoints);
    if (!source.connectionStrings.isEmpty())
        co_return co_await fromStrings(source.connectionStrings);
    const Result<QString> folder = engine::dataFolder();
    if (!folder)
        co_return Failure(folder.error());
    if (!m_secrets)
        m_secrets = backend::keychain();
    co_return co_await engine::Profiles(*folder).connect(source.profile, *m_secrets);
}

QCoro::Task<Result<backend::Connection>> Backend::fromStrings(QStringList strings)
{
    Result<backend::Connection> connection = backend::fromConnectionStrings(strings);
    if (!connection)
        co_return Failure(connection.error());
    const Result<QString> folder = engine::dataFolder();
    if (!folder)
        co_return Failure(folder.error());
    if (!m_secrets)
        m_secrets = backend::keychain();
    // A keychain that does not answer costs the next start its memory, not this one its connection.
    const Result<void> kept = co_await engine::Profiles(*folder).keep(connection->name, strings, *m_secrets);
    if (!kept)
        qWarning("%s", qPrintable(kept.error().what));
    co_return connection;
}

Result<QString> Backend::journalPlace(const Source &source, const QString &asked)
{
    if (!source.journal.isEmpty())
        return source.journal;
    if (!asked.isEmpty())
        return asked;
    if (source.scenario.isEmpty())
        return engine::journalOf(source.profile);
    m_passing = std::make_unique<QTemporaryDir>();
    if (!m_passing->isValid())
        return fail(ErrorKind::Storage, u"No temporary folder could be made: %1."_s.arg(m_passing->errorString()),
            u"Check the free space, or name a journal with --journal FILE."_s);
    return m_passing->filePath(u"journal.db"_s);
}

} // namespace drover::console
