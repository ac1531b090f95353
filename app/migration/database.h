#pragma once

#include "models/core/error.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace drover::migration {

/// What stands in a column; nothing is NULL.
using Value = std::variant<std::monostate, qint64, QString, QByteArray>;
using Values = std::vector<Value>;

/// One row of an answer, valid while it is being looked at.
class Row {
public:
    virtual ~Row() = default;
    virtual bool isNull(int column) const = 0;
    virtual qint64 number(int column) const = 0;
    virtual QString text(int column) const = 0;
    virtual QByteArray bytes(int column) const = 0;
};

/// One connection to the database that holds a journal; blocking, and on one thread alone. Statements are those that
/// SQLite and PostgreSQL both understand, with `?` for each value.
class Database {
public:
    using Look = std::function<void(const Row &)>;
    using Cell = std::function<Value(size_t row, int column)>;

    virtual ~Database() = default;

    /// The file, or the server's URL without any password.
    virtual QString place() const = 0;
    /// Who is signed in there; whoever is at this keyboard, where nobody signs in.
    virtual QString person() const = 0;
    virtual Result<void> each(const QString &sql, const Values &values, const Look &row) = 0;
    Result<void> run(const QString &sql, const Values &values = {});
    /// Rows that the last statement changed.
    virtual qint64 changed() const = 0;
    /// Many rows by the fastest way there is. Only within a transaction.
    virtual Result<void> insert(const QString &table, const QStringList &columns, size_t rows, const Cell &cell) = 0;
    /// All of it or nothing.
    Result<void> inTransaction(const std::function<Result<void>()> &work);

    /// Milliseconds on a clock that everybody who uses this database shares, and that nobody can set back.
    virtual Result<qint64> clock() = 0;
    /// The date for people, in milliseconds since 1970.
    virtual Result<qint64> date() = 0;
    /// Everybody who uses it runs on this machine: what ran before its last start is dead.
    virtual bool isOfOneMachine() const = 0;
    /// Makes rows that are read keep their values until the transaction ends.
    virtual QString holding() const = 0;
    virtual QString holdingForChange() const = 0;
    /// Tells others, once this transaction is durable.
    virtual Result<void> tell(const QString &run) = 0;
    /// What others told since the last call; an empty text means: something, look yourself.
    virtual QStringList told() = 0;

protected:
    virtual QString beginning() const = 0;
};

} // namespace drover::migration
