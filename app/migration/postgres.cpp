#include "app/migration/postgres.h"

#include <QtEndian>

#include <libpq-fe.h>
#include <poll.h>

#include <array>

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

constexpr int patienceMs = 15'000;
constexpr int pauseMs = 1000;
enum Oid : unsigned { Bytea = 17, Int8 = 20, Text = 25 };

struct Cleared {
    void operator()(PGresult *result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Cleared>;

class PostgresRow final : public Row {
public:
    explicit PostgresRow(const PGresult *result)
        : m_result(result)
    {
    }
    bool isNull(int column) const override { return PQgetisnull(m_result, 0, column) == 1; }
    qint64 number(int column) const override
    {
        const char *data = PQgetvalue(m_result, 0, column);
        switch (PQgetlength(m_result, 0, column)) {
        case 8:
            return qFromBigEndian<qint64>(data);
        case 4:
            return qFromBigEndian<qint32>(data);
        default:
            return 0;
        }
    }
    QString text(int column) const override { return QString::fromUtf8(bytes(column)); }
    QByteArray bytes(int column) const override
    {
        return {PQgetvalue(m_result, 0, column), PQgetlength(m_result, 0, column)};
    }

private:
    const PGresult *m_result;
};

template <typename T>
void appendNumber(QByteArray &bytes, T number)
{
    const T big = qToBigEndian(number);
    bytes.append(reinterpret_cast<const char *>(&big), sizeof big);
}

/// As PostgreSQL's binary format has it.
QByteArray wireOf(const Value &value)
{
    if (const auto *number = std::get_if<qint64>(&value)) {
        QByteArray bytes;
        appendNumber(bytes, *number);
        return bytes;
    }
    if (const auto *text = std::get_if<QString>(&value))
        return text->toUtf8();
    const auto *bytes = std::get_if<QByteArray>(&value);
    return bytes ? *bytes : QByteArray();
}

unsigned typeOf(const Value &value)
{
    constexpr std::array<unsigned, 4> types = {0, Int8, Text, Bytea};
    return types.at(value.index());
}

/// `?` becomes $1, $2, …
QByteArray numbered(const QString &sql)
{
    QByteArray text;
    int count = 0;
    for (const char c : sql.toUtf8()) {
        if (c == '?')
            text += '$' + QByteArray::number(++count);
        else
            text += c;
    }
    return text;
}

bool isAway(const QByteArray &state)
{
    return state.startsWith("08") || state.startsWith("57P") || state == "53300" || state == "57014";
}

} // namespace

Postgres::Postgres(QString url, QByteArray password)
    : m_url(std::move(url))
    , m_password(std::move(password))
{
}

Postgres::~Postgres()
{
    drop();
}

void Postgres::drop()
{
    PQfinish(std::exchange(m_connection, nullptr));
}

Result<std::unique_ptr<Postgres>> Postgres::open(const QString &url, const QByteArray &password)
{
    std::unique_ptr<Postgres> opened(new Postgres(url, password));
    if (const Result<void> connected = opened->connect(); !connected)
        return Failure(connected.error());
    return opened;
}

Result<void> Postgres::connect()
{
    const QByteArray url = m_url.toUtf8();
    const std::array names = {"dbname", "connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
        "tcp_user_timeout", "fallback_application_name", "client_encoding", m_password.isNull() ? nullptr : "password",
        static_cast<const char *>(nullptr)};
    const std::array values = {url.constData(), "5", "5", "2", "3", "15000", "drover", "UTF8",
        m_password.isNull() ? nullptr : m_password.constData(), static_cast<const char *>(nullptr)};
    m_connection = PQconnectdbParams(names.data(), values.data(), 1);
    if (PQstatus(m_connection) != CONNECTION_OK) {
        if (PQconnectionNeedsPassword(m_connection) == 1 || PQconnectionUsedPassword(m_connection) == 1) {
            // A password was taken, or not, before the server said what it had against this sign-in.
            const QString said = QString::fromUtf8(PQerrorMessage(m_connection)).trimmed().section(u'\n', 0, 0).section(u"FATAL:"_s, -1).trimmed();
            drop();
            return fail(ErrorKind::Unauthorized, u"The journal %1 wants a password, or another sign-in: %2"_s.arg(m_url, said),
                u"Put it into the environment variable PGPASSWORD, or into the keychain under that URL."_s);
        }
        return away(QString::fromUtf8(PQerrorMessage(m_connection)).section(u'\n', 0, 0));
    }
    m_person = QString::fromUtf8(PQuser(m_connection));
    PQsetnonblocking(m_connection, 1);
    for (const char *setting : {"SET client_min_messages = warning", "SET lock_timeout = '10s'", "SET bytea_output = hex",
             "SET search_path = drover", "LISTEN drover"}) {
        if (const Result<void> set = simple(setting); !set)
            return Failure(set.error());
    }
    return {};
}

Failure Postgres::away(const QString &why)
{
    drop();
    m_sinceFailure.start();
    m_lastFailure = why;
    return fail(ErrorKind::Offline, u"The journal %1 does not answer: %2"_s.arg(m_url, why.trimmed()),
        u"Look at the server and the way to it. Nothing that was confirmed is lost."_s);
}

/// A transaction that lost its connection is over: only a statement of its own may connect again.
Result<void> Postgres::ready(const QString &sql)
{
    if (m_connection)
        return {};
    if (m_sinceFailure.isValid() && (m_sinceFailure.elapsed() < pauseMs || sql == u"ROLLBACK"_s || sql == u"COMMIT"_s)) {
        return fail(ErrorKind::Offline, u"The journal %1 does not answer: %2"_s.arg(m_url, m_lastFailure.trimmed()),
            u"Look at the server and the way to it. Nothing that was confirmed is lost."_s);
    }
    return connect();
}

Result<void> Postgres::simple(const char *sql)
{
    if (PQsendQuery(m_connection, sql) != 1)
        return away(QString::fromUtf8(PQerrorMessage(m_connection)));
    return take([](const Row &) { });
}

Result<void> Postgres::each(const QString &sql, const Values &values, const Look &row)
{
    if (const Result<void> connected = ready(sql); !connected)
        return connected;
    std::vector<QByteArray> wires;
    std::vector<unsigned> types;
    for (const Value &value : values) {
        wires.push_back(wireOf(value));
        types.push_back(typeOf(value));
    }
    std::vector<const char *> data;
    std::vector<int> lengths;
    for (size_t i = 0; i < values.size(); ++i) {
        data.push_back(values[i].index() == 0 ? nullptr : wires[i].constData());
        lengths.push_back(static_cast<int>(wires[i].size()));
    }
    const std::vector<int> formats(values.size(), 1);
    if (PQsendQueryParams(m_connection, numbered(sql).constData(), static_cast<int>(values.size()), types.data(), data.data(),
            lengths.data(), formats.data(), 1)
        != 1)
        return away(QString::fromUtf8(PQerrorMessage(m_connection)));
    PQsetSingleRowMode(m_connection);
    return take(row);
}

/// Waits for the server, but not for ever: one that is frozen would hold the journal's thread.
Result<void> Postgres::awaitAnswer(bool forWriting)
{
    pollfd handle = {.fd = PQsocket(m_connection), .events = static_cast<short>(POLLIN | (forWriting ? POLLOUT : 0)), .revents = 0};
    if (::poll(&handle, 1, patienceMs) <= 0)
        return away(u"no answer within %1 s"_s.arg(patienceMs / 1000));
    if ((handle.revents & ~POLLOUT) != 0 && PQconsumeInput(m_connection) != 1)
        return away(QString::fromUtf8(PQerrorMessage(m_connection)));
    return {};
}

/// Reads all results of what was sent.
Result<void> Postgres::take(const Look &row)
{
    Result<void> done;
    for (;;) {
        int left = PQflush(m_connection);
        while (left == 1 || PQisBusy(m_connection) == 1) {
            if (const Result<void> more = awaitAnswer(left == 1); !more)
                return more;
            left = PQflush(m_connection);
        }
        const Answer result(PQgetResult(m_connection));
        if (!result)
            return done;
        switch (PQresultStatus(result.get())) {
        case PGRES_SINGLE_TUPLE:
            row(PostgresRow(result.get()));
            break;
        case PGRES_COPY_IN:
            return done;
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
            m_changed = QByteArray(PQcmdTuples(result.get())).toLongLong();
            break;
        default:
            if (PQstatus(m_connection) != CONNECTION_OK || isAway(PQresultErrorField(result.get(), PG_DIAG_SQLSTATE)))
                return away(QString::fromUtf8(PQresultErrorMessage(result.get())).section(u'\n', 0, 0));
            done = Failure(explained(result.get()));
        }
    }
}

Result<void> Postgres::put(const QByteArray &bytes)
{
    for (;;) {
        const int sent = PQputCopyData(m_connection, bytes.constData(), static_cast<int>(bytes.size()));
        if (sent == 1)
            return {};
        if (sent < 0)
            return away(QString::fromUtf8(PQerrorMessage(m_connection)));
        if (const Result<void> ready = awaitAnswer(true); !ready)
            return ready;
    }
}

/// COPY is 17 times as fast as a statement a row.
Result<void> Postgres::insert(const QString &table, const QStringList &columns, size_t rows, const Cell &cell)
{
    constexpr qsizetype portion = 64 * 1024;
    if (!m_connection)
        return ready(u"COMMIT"_s);
    if (const Result<void> begun = simple(u"COPY %1(%2) FROM STDIN (FORMAT binary)"_s.arg(table, columns.join(u',')).toUtf8().constData()); !begun)
        return begun;
    QByteArray bytes("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
    for (size_t row = 0; row < rows; ++row) {
        appendNumber(bytes, static_cast<qint16>(columns.size()));
        for (int column = 0; column < columns.size(); ++column) {
            const Value value = cell(row, column);
            const QByteArray wire = wireOf(value);
            appendNumber(bytes, value.index() == 0 ? -1 : static_cast<qint32>(wire.size()));
            bytes += wire;
        }
        if (bytes.size() >= portion) {
            if (const Result<void> sent = put(bytes); !sent)
                return sent;
            bytes.clear();
        }
    }
    appendNumber(bytes, static_cast<qint16>(-1));
    if (const Result<void> sent = put(bytes); !sent)
        return sent;
    if (PQputCopyEnd(m_connection, nullptr) < 0)
        return away(QString::fromUtf8(PQerrorMessage(m_connection)));
    return take([](const Row &) { });
}

Result<qint64> Postgres::clock()
{
    qint64 now = 0;
    const Result<void> read = each(u"SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"_s, {},
        [&now](const Row &row) { now = row.number(0); });
    if (!read)
        return Failure(read.error());
    return now;
}

Result<void> Postgres::tell(const QString &run)
{
    return Database::run(u"SELECT pg_notify('drover', ?)"_s, {run});
}

QStringList Postgres::told()
{
    QStringList runs;
    if (!m_connection || PQconsumeInput(m_connection) != 1)
        return runs;
    while (PGnotify *notice = PQnotifies(m_connection)) {
        const QString run = QString::fromUtf8(notice->extra);
        if (notice->be_pid != PQbackendPID(m_connection) && !runs.contains(run))
            runs.append(run);
        PQfreemem(notice);
    }
    return runs;
}

Error Postgres::explained(const PGresult *result) const
{
    struct Meaning {
        QByteArray state;
        QString what;
        QString remedy;
    };
    static const std::vector<Meaning> meanings = {
        {"53100", u"does not fit on the server's disk"_s, u"Make room there, then resume. Nothing that was confirmed is lost."_s},
        {"25006", u"may not be written: the server is a standby"_s, u"Name the primary server with --journal."_s},
        {"42501", u"may not be used by this account"_s, u"Let the server's administrator grant it the right to write there."_s},
        {"55P03", u"is locked by another program"_s, u"Close that program, then try again."_s},
        {"XX001", u"is damaged"_s, u"Restore the database from a backup."_s},
        {"XX002", u"is damaged"_s, u"Restore the database from a backup."_s},
    };
    const QByteArray state(PQresultErrorField(result, PG_DIAG_SQLSTATE));
    const auto known = std::ranges::find(meanings, state, &Meaning::state);
    if (known != meanings.end())
        return {.kind = ErrorKind::Storage, .what = u"The journal %1 %2"_s.arg(m_url, known->what), .remedy = known->remedy};
    const QString message = QString::fromUtf8(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    return {.kind = ErrorKind::Storage, .what = u"The journal %1 failed: %2"_s.arg(m_url, message),
        .remedy = u"Look at the server's log, then try again."_s};
}

} // namespace drover::migration
