#pragma once

#include "app/migration/database.h"

#include <QHash>

struct sqlite3;
struct sqlite3_stmt;

namespace drover::migration {

/// A journal file: WAL, synchronous FULL.
class Sqlite final : public Database {
public:
    /// Opens or creates the file with mode 0600.
    static Result<std::unique_ptr<Sqlite>> open(const QString &path);
    ~Sqlite() override;

    QString place() const override { return m_path; }
    QString person() const override;
    Result<void> each(const QString &sql, const Values &values, const Look &row) override;
    qint64 changed() const override;
    Result<void> insert(const QString &table, const QStringList &columns, size_t rows, const Cell &cell) override;
    Result<qint64> clock() override;
    Result<qint64> date() override;
    bool isOfOneMachine() const override { return true; }
    QString holding() const override { return {}; }
    QString holdingForChange() const override { return {}; }
    Result<void> tell(const QString &) override { return {}; }
    QStringList told() override;

private:
    explicit Sqlite(QString path);
    QString beginning() const override { return QStringLiteral("BEGIN IMMEDIATE"); }
    Result<sqlite3_stmt *> prepared(const QString &sql);
    Result<void> isStillThere() const;
    Error explained() const;

    QString m_path;
    sqlite3 *m_database = nullptr;
    QHash<QString, sqlite3_stmt *> m_statements;
    quint64 m_file = 0;
    qint64 m_seen = 0;
};

} // namespace drover::migration
