#include "tests/bench/bench.h"

#include "app/migration/journalstore.h"

#include <QTemporaryDir>
#include <sqlite3.h>

using namespace Qt::StringLiterals;

namespace drover::bench {
namespace {

constexpr int batch = 100;
constexpr int batches = 200;
const QByteArray payload(24, 'x');

double ours()
{
    return median(3, [] {
        const QTemporaryDir dir;
        const auto store = migration::openSqliteStore(dir.filePath(u"journal.db"_s));
        migration::RunEntry run;
        run.id = u"bench"_s;
        if (!store || !(*store)->begin(run, {}))
            qFatal("the journal could not be opened");
        const migration::Portion portion{.run = run.id, .records = std::vector<migration::Record>(batch, {Instant{}, payload})};
        for (int i = 0; i < batches; ++i) {
            if (!(*store)->append(portion))
                qFatal("the journal could not be written");
        }
    });
}

/// The floor: the same rows and commits by SQLite's own interface.
double raw()
{
    return median(3, [] {
        const QTemporaryDir dir;
        sqlite3 *db = nullptr;
        sqlite3_open(dir.filePath(u"raw.db"_s).toUtf8().constData(), &db);
        sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE record(run INTEGER, seq INTEGER, at INTEGER, "
                         "payload BLOB, PRIMARY KEY(run, seq)) WITHOUT ROWID",
            nullptr, nullptr, nullptr);
        sqlite3_stmt *insert = nullptr;
        sqlite3_prepare_v2(db, "INSERT INTO record VALUES(1, ?, 0, ?)", -1, &insert, nullptr);
        for (int i = 0; i < batches; ++i) {
            sqlite3_exec(db, "BEGIN", nullptr, nullptr, nullptr);
            for (int row = 0; row < batch; ++row) {
                sqlite3_bind_int(insert, 1, i * batch + row);
                sqlite3_bind_blob(insert, 2, payload.constData(), static_cast<int>(payload.size()), SQLITE_STATIC);
                sqlite3_step(insert);
                sqlite3_reset(insert);
            }
            sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
        }
        sqlite3_finalize(insert);
        sqlite3_close(db);
    });
}

} // namespace

void journal()
{
    const double own = ours();
    const double floor = raw();
    print({{u"figure"_s, u"journal-append"_s}, {u"batch"_s, batch}, {u"recordsPerSecond"_s, batch * batches / own * 1000},
        {u"floor"_s, u"sqlite3, same batches"_s}, {u"floorPerSecond"_s, batch * batches / floor * 1000}, {u"ratio"_s, floor / own}});
}

} // namespace drover::bench
