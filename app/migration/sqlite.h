#pragma once

#include "models/core/error.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariantList>

#include <functional>

class QSqlError;

namespace drover::migration {

/// One connection to a journal file: WAL, synchronous FULL, our schema. Stays on the thread that opened it.
class Sqlite final {
public:
    static Result<Sqlite> open(const QString &path);
    Sqlite(Sqlite &&other) noexcept;
    Sqlite &operator=(Sqlite &&) = delete;
    Sqlite(const Sqlite &) = delete;
    ~Sqlite();

    const QString &path() const { return m_path; }
    QSqlQuery query() const { return QSqlQuery(m_database); }
    Result<void> run(const QString &sql, const QVariantList &values = {}) const;
    Result<void> each(
        const QString &sql, const QVariantList &values, const std::function<void(const QSqlQuery &)> &row) const;
    /// All of it or nothing.
    Result<void> inTransaction(const std::function<Result<void>()> &work) const;
    /// What SQLite's error means to a person.
    Error explained(const QSqlError &error) const;

private:
    Sqlite(QSqlDatabase database, QString path);
    Result<void> prepare() const;

    QSqlDatabase m_database;
    QString m_path;
};

} // namespace drover::migration
