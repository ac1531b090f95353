#pragma once

#include "app/migration/follower.h"
#include "app/migration/journal.h"

#include <QElapsedTimer>
#include <QHash>
#include <QPromise>
#include <QTimer>

#include <atomic>
#include <list>

namespace drover::migration {

/// Lives on the journal's thread. Appends wait for each other for a moment, so that one sync to the disk serves them
/// all; while a server does not answer they wait for it. Keeps the leases of this process alive.
class Journal::Worker final : public QObject {
public:
    using Done = std::shared_ptr<QPromise<Result<void>>>;

    Worker(Journal &journal, std::unique_ptr<JournalStore> store);
    ~Worker() override;

    JournalStore &store() { return *m_store; }
    Follower &follower() { return m_follower; }

    void append(const QString &run, std::vector<Record> records, std::vector<Deed> deeds, Done done);
    void commit();
    Result<void> claim(const QString &run, const QStringList &hubs, const QString &shares, std::shared_ptr<Lease::Term> term);
    Result<void> renew(const QString &run);
    void release(const QString &run);

private:
    struct Waiting {
        Portion portion;
        std::vector<Done> done = {};
        /// It may be in the database already: nothing is added to it any more.
        bool sent = false;
    };
    struct Held {
        Fence fence;
        std::shared_ptr<Lease::Term> term;
        QString shares;
        std::optional<qint64> records = {};
    };

    bool write(Waiting &waiting);
    bool staysAway(const Error &error);
    void renewAll();
    void countSharers(const Held &held);
    void listen();

    Journal &m_journal;
    std::unique_ptr<JournalStore> m_store;
    Follower m_follower;
    std::list<Waiting> m_waiting;
    QHash<QString, Held> m_held;
    QTimer m_timer;
    QTimer m_renew;
    QTimer m_listen;
    QElapsedTimer m_last;
    QElapsedTimer m_away;
    bool m_closing = false;
};

} // namespace drover::migration
