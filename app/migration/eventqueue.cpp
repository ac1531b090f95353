#include "app/migration/eventqueue.h"

#include "models/run/eventcodec.h"

#include <QCoroFuture>

namespace drover::migration {

EventQueue::EventQueue(
    Journal &journal, QString run, run::RunMachine &machine, Applied applied, std::function<void(Error)> failed)
    : m_journal(journal)
    , m_run(std::move(run))
    , m_machine(machine)
    , m_applied(std::move(applied))
    , m_failed(std::move(failed))
{
}

QCoro::Task<bool> EventQueue::post(run::Event event, std::optional<Deed> deed)
{
    auto done = std::make_shared<QPromise<bool>>();
    done->start();
    const QFuture<bool> future = done->future();
    m_waiting.push_back({.event = std::move(event), .deed = std::move(deed), .done = std::move(done)});
    if (!m_pumping)
        pump();
    co_return co_await future;
}

/// What comes while a batch is being written makes up the next one.
QCoro::Task<> EventQueue::pump()
{
    m_pumping = true;
    while (!m_waiting.empty()) {
        const std::vector<Entry> batch = std::exchange(m_waiting, {});
        if (m_hasFailed) {
            settle(batch, false);
            continue;
        }
        std::vector<Record> records;
        std::vector<Deed> deeds;
        for (const Entry &entry : batch) {
            records.push_back({.at = entry.event.at, .payload = run::encode(entry.event)});
            if (entry.deed)
                deeds.push_back(*entry.deed);
        }
        const Result<void> written = co_await m_journal.append(m_run, std::move(records), std::move(deeds));
        if (!written) {
            m_hasFailed = true;
            m_failed(written.error());
        }
        settle(batch, written.has_value());
    }
    m_pumping = false;
}

void EventQueue::settle(const std::vector<Entry> &batch, bool durable)
{
    run::Commands commands;
    for (const Entry &entry : batch) {
        if (durable)
            std::ranges::move(m_machine.on(entry.event), std::back_inserter(commands));
        entry.done->addResult(durable);
        entry.done->finish();
    }
    m_applied(std::move(commands));
}

} // namespace drover::migration
