#include "app/cli/session.h"

#include "app/engine/journalplace.h"
#include "app/engine/profile.h"

using namespace Qt::StringLiterals;

namespace drover::cli {

Session::Session(Invocation invocation, Terminal &terminal)
    : m_invocation(std::move(invocation))
    , m_terminal(terminal)
{
}

void Session::connectTo(const QString &endpoints, const QString &journalFile)
{
    m_invocation.values[u"endpoints"_s] = {endpoints};
    m_invocation.values[u"journal"_s] = {journalFile};
}

void Session::disconnect()
{
    m_engine.reset();
    m_journal.reset();
    m_empty.reset();
}

QCoro::Task<Result<engine::Engine *>> Session::engine()
{
    if (m_engine)
        co_return m_engine.get();
    Result<backend::Connection> there = co_await connection();
    if (!there)
        co_return Failure(there.error());
    // The one that a command has looked into already stays open.
    const Result<migration::Journal *> memory = co_await journal();
    if (!memory)
        co_return Failure(memory.error());
    Result<std::unique_ptr<engine::Engine>> opened = co_await engine::Engine::open(
        *std::move(there), std::move(m_journal), engine::unlockedBy(m_invocation.value(u"profile"_s)));
    if (!opened)
        co_return Failure(opened.error());
    m_engine = *std::move(opened);
    m_engine->useRules(m_invocation.value(u"rules"_s));
    co_return m_engine.get();
}

QCoro::Task<Result<engine::Engine *>> Session::onlooker()
{
    const Result<migration::Journal *> memory = co_await journal();
    if (!memory && memory.error().kind != ErrorKind::Usage) {
        m_terminal.note(u"warning: No history: %1 %2"_s.arg(memory.error().what, memory.error().remedy).trimmed());
        m_empty.emplace();
        Result<std::unique_ptr<migration::Journal>> empty = co_await engine::openJournal(m_empty->filePath(u"journal.sqlite"_s));
        if (!empty)
            co_return Failure(memory.error());
        m_journal = *std::move(empty);
    }
    co_return co_await engine();
}

QCoro::Task<Result<migration::Journal *>> Session::journal()
{
    if (m_engine)
        co_return &m_engine->journal();
    if (!m_journal) {
        const Result<QString> place = journalPlace();
        if (!place)
            co_return Failure(place.error());
        Result<std::unique_ptr<migration::Journal>> opened = co_await engine::openJournal(*place);
        if (!opened)
            co_return Failure(opened.error());
        m_journal = *std::move(opened);
    }
    co_return m_journal.get();
}

QCoro::Task<Result<backend::Connection>> Session::connection() const
{
    if (m_invocation.has(u"endpoints"_s) && m_invocation.has(u"profile"_s))
        co_return fail(ErrorKind::Usage, u"--endpoints and --profile are two connections."_s, u"Name one of them."_s);
    if (m_invocation.has(u"endpoints"_s)) {
        Result<backend::Connection> there = backend::readEndpoints(m_invocation.value(u"endpoints"_s));
        if (!there && there.error().kind == ErrorKind::Malformed)
            there = fail(ErrorKind::Usage, there.error().what, there.error().remedy);
        co_return there;
    }
    const Result<QString> folder = engine::dataFolder();
    if (!folder)
        co_return Failure(folder.error());
    const Result<QString> name = profile();
    if (!name)
        co_return Failure(name.error());
    if (name->isEmpty())
        co_return fail(ErrorKind::Usage, u"It is not said which fleet is meant."_s,
            u"Name it with --endpoints FILE or --profile NAME; \"droverctl demo\" needs neither."_s);
    const std::unique_ptr<backend::SecretStore> secrets = backend::keychain();
    co_return co_await engine::Profiles(*folder).connect(*name, *secrets);
}

Result<QString> Session::profile() const
{
    if (m_invocation.has(u"profile"_s) || m_invocation.has(u"endpoints"_s))
        return m_invocation.value(u"profile"_s);
    const Result<QString> folder = engine::dataFolder();
    if (!folder)
        return folder;
    const Result<std::vector<engine::Profile>> known = engine::Profiles(*folder).all();
    if (!known)
        return Failure(known.error());
    return known->size() == 1 ? known->front().name : QString();
}

Result<QString> Session::journalPlace() const
{
    if (m_invocation.has(u"journal"_s))
        return m_invocation.value(u"journal"_s);
    const Result<QString> name = profile();
    return name ? engine::journalOf(*name) : name;
}

} // namespace drover::cli
