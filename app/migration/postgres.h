#pragma once

#include "app/migration/database.h"

#include <QElapsedTimer>

struct pg_conn;
struct pg_result;

namespace drover::migration {

/// A journal on a PostgreSQL server. A connection that was lost is made again by the next statement outside of a
/// transaction; no wait for the server is longer than some seconds.
class Postgres final : public Database {
public:
    /// Unauthorized when the server wants another password.
    static Result<std::unique_ptr<Postgres>> open(const QString &url, const QByteArray &password);
    ~Postgres() override;

    QString place() const override { return m_url; }
    /// The role, which the server has looked at.
    QString person() const override { return m_person; }
    Result<void> each(const QString &sql, const Values &values, const Look &row) override;
    qint64 changed() const override { return m_changed; }
    Result<void> insert(const QString &table, const QStringList &columns, size_t rows, const Cell &cell) override;
    Result<qint64> clock() override;
    Result<qint64> date() override { return clock(); }
    bool isOfOneMachine() const override { return false; }
    QString holding() const override { return QStringLiteral(" FOR SHARE"); }
    QString holdingForChange() const override { return QStringLiteral(" FOR UPDATE"); }
    Result<void> tell(const QString &run) override;
    QStringList told() override;

private:
    Postgres(QString url, QByteArray password);
    QString beginning() const override { return QStringLiteral("BEGIN"); }
    Result<void> connect();
    Result<void> ready(const QString &sql);
    Result<void> simple(const char *sql);
    Result<void> awaitAnswer(bool forWriting);
    Result<void> take(const Look &row);
    Result<void> put(const QByteArray &bytes);
    Failure away(const QString &why);
    Error explained(const pg_result *result) const;
    void drop();

    QString m_url;
    QString m_person;
    QByteArray m_password;
    pg_conn *m_connection = nullptr;
    qint64 m_changed = 0;
    /// Nobody is asked more often than that when there is no answer.
    QElapsedTimer m_sinceFailure;
    QString m_lastFailure;
};

} // namespace drover::migration
