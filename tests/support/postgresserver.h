#pragma once

#include <QProcess>
#include <QTemporaryDir>

namespace drover::test {

/// A PostgreSQL server of this test alone: in a temporary folder, on a socket in it, without a password.
class PostgresServer final {
public:
    PostgresServer();
    ~PostgresServer();

    /// False where PostgreSQL is not installed, or no other user than root may start it.
    bool isUp() const { return m_isUp; }
    /// A new and empty database: postgres://…
    QString newDatabase();
    /// One that asks for a password.
    QString newLockedDatabase(const QByteArray &password);
    /// The number of the server's first process, for tests that stop it.
    qint64 pid() const { return m_process.processId(); }

private:
    int run(const QString &program, const QStringList &arguments) const;

    QTemporaryDir m_folder;
    QProcess m_process;
    QString m_programs;
    bool m_isUp = false;
    int m_databases = 0;
    bool m_hasLock = false;
};

} // namespace drover::test
