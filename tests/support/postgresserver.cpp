#include "tests/support/postgresserver.h"

#include <QDir>
#include <QFile>

#include <csignal>
#include <pwd.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace drover::test {
namespace {

/// PostgreSQL refuses to run as root: then as the user that its package made.
void becomeHarmless()
{
    if (::geteuid() != 0)
        return;
    if (const passwd *user = ::getpwnam("postgres")) {
        if (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)
            ::_exit(1);
    }
}

QString programs()
{
    const QDir versions(u"/usr/lib/postgresql"_s);
    const QStringList found = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    return found.isEmpty() ? QString() : versions.filePath(found.first() + u"/bin/"_s);
}

} // namespace

PostgresServer::PostgresServer()
    : m_folder(u"/tmp/drover-pg-XXXXXX"_s)
    , m_programs(programs())
{
    if (m_programs.isEmpty() || (::geteuid() == 0 && !::getpwnam("postgres")))
        return;
    if (::geteuid() == 0) {
        const passwd *user = ::getpwnam("postgres");
        if (::chown(QFile::encodeName(m_folder.path()).constData(), user->pw_uid, user->pw_gid) != 0)
            return;
    }
    const QString data = m_folder.filePath(u"data"_s);
    if (run(u"initdb"_s, {u"-D"_s, data, u"-U"_s, u"drover"_s, u"-A"_s, u"trust"_s, u"-E"_s, u"UTF8"_s, u"--locale=C"_s, u"--no-sync"_s}) != 0)
        return;
    m_process.setChildProcessModifier(becomeHarmless);
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardOutputFile(QProcess::nullDevice());
    m_process.start(m_programs + u"postgres"_s, {u"-D"_s, data, u"-k"_s, m_folder.path(), u"-c"_s, u"listen_addresses="_s, u"-c"_s, u"fsync=off"_s});
    for (int attempt = 0; attempt < 300 && !m_isUp; ++attempt) {
        m_isUp = run(u"pg_isready"_s, {u"-h"_s, m_folder.path(), u"-U"_s, u"drover"_s}) == 0;
        if (!m_isUp && m_process.waitForFinished(100))
            return;
    }
}

PostgresServer::~PostgresServer()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    // "Fast": sessions are ended, nothing is left behind.
    ::kill(static_cast<pid_t>(m_process.processId()), SIGINT);
    if (!m_process.waitForFinished(20'000))
        m_process.kill();
    m_process.waitForFinished();
}

int PostgresServer::run(const QString &program, const QStringList &arguments) const
{
    QProcess process;
    process.setChildProcessModifier(becomeHarmless);
    process.setWorkingDirectory(m_folder.path());
    process.start(m_programs + program, arguments);
    return process.waitForFinished(120'000) && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
}

QString PostgresServer::newDatabase()
{
    const QString name = u"journal%1"_s.arg(++m_databases);
    if (run(u"createdb"_s, {u"-h"_s, m_folder.path(), u"-U"_s, u"drover"_s, name}) != 0)
        return {};
    return u"postgres://drover@/%1?host=%2"_s.arg(name, m_folder.path());
}

QString PostgresServer::newLockedDatabase(const QByteArray &password)
{
    const QString name = u"journal%1"_s.arg(++m_databases);
    const auto ask = [this](const QString &sql) {
        return run(u"psql"_s, {u"-h"_s, m_folder.path(), u"-U"_s, u"drover"_s, u"-d"_s, u"postgres"_s, u"-c"_s, sql}) == 0;
    };
    if (!m_hasLock) {
        QFile rules(m_folder.filePath(u"data/pg_hba.conf"_s));
        if (!rules.open(QIODevice::ReadWrite))
            return {};
        const QByteArray others = rules.readAll();
        rules.seek(0);
        rules.write("local all locked scram-sha-256\n" + others);
        rules.close();
        m_hasLock = ask(u"CREATE ROLE locked LOGIN"_s) && ask(u"SELECT pg_reload_conf()"_s);
    }
    if (!m_hasLock || !ask(u"ALTER ROLE locked PASSWORD '%1'"_s.arg(QString::fromUtf8(password)))
        || run(u"createdb"_s, {u"-h"_s, m_folder.path(), u"-U"_s, u"drover"_s, u"-O"_s, u"locked"_s, name}) != 0)
        return {};
    return u"postgres://locked@/%1?host=%2"_s.arg(name, m_folder.path());
}

} // namespace drover::test
